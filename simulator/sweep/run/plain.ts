/** Replaces each text that depends on chance or time by the kind of text. */
export const plain = (text: string): string =>
  text
    .replace(/vpn-\d{8}t\d{9}z-[0-9a-f]{8}-[0-9a-f]{12}/g, '<deployment>')
    .replace(/\d{8}T\d{6}Z-[0-9a-f]+/gi, '<run>')
    .replace(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?Z?/g, '<time>')
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, '<guid>')
    .replace(/\b[0-9a-f]{32,}\b/g, '<id>')
    // Public addresses are given in the order in which they are asked for.
    .replace(/\b20(\.\d{1,3}){3}\b/g, '<public address>')
    .replace(/\b\d+ (milli)?seconds?\b|\b\d+ ms\b|\b\d+ minutes?\b/g, '<duration>');
