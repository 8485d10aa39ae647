import type { Figure } from './figures.ts';

const [name, ...sizes] = process.argv.slice(2);
const { figures } = (await import(`./${name}.js`)) as {
  figures: (sizes: readonly number[]) => AsyncGenerator<Figure>;
};
for await (const figure of figures(sizes.map(Number)))
  console.log(JSON.stringify({ bench: name, ...figure }));
process.exit();
