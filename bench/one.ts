import type { Figure } from './figures.ts';

const [name] = process.argv.slice(2);
const { figures } = (await import(`./${name}.js`)) as { figures: () => AsyncGenerator<Figure> };
for await (const figure of figures()) console.log(JSON.stringify({ bench: name, ...figure }));
process.exit();
