const mostFilesInAFolder = 16;

/** What each part may import besides itself; the first pattern that fits a file is its part. */
const parts = [
  { name: 'shared/core', fits: /^shared\/core\//, may: [] },
  { name: 'shared/gateway', fits: /^shared\/gateway\//, may: ['shared/core'] },
  { name: 'shared/nps', fits: /^shared\/nps\//, may: ['shared/core'] },
  { name: 'shared/secret', fits: /^shared\/secret\//, may: ['shared/core'] },
];
