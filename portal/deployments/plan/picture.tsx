import { type Arrow, type Box, type Drawn, pictureOf } from './picture-layout.ts';

/** What is built, drawn from the plan, with the same in sentences for people who do not see it. */
export function Picture({ plan }: { readonly plan: Drawn }) {
  const { width, height, boxes, arrows, text } = pictureOf(plan);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: on a narrow screen it scrolls, also with the keys
    <section class="picture" aria-label="Picture" tabIndex={0}>
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={text}>
        <defs>
          <marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">
            <path d="M0 0 8 4 0 8z" />
          </marker>
        </defs>
        {boxes.map((box) => (
          <BoxDrawn key={`${box.kind}${box.y}`} box={box} />
        ))}
        {arrows.map((arrow) => (
          <ArrowDrawn key={arrow.from.join() + arrow.to.join()} arrow={arrow} />
        ))}
      </svg>
      <details>
        <summary>The picture in words</summary>
        <p>{text}</p>
      </details>
    </section>
  );
}

function BoxDrawn({ box: { kind, x, y, width, height, lines } }: { readonly box: Box }) {
  return (
    <g class={`box ${kind}`}>
      <rect x={x} y={y} width={width} height={height} rx="8" />
      {lines.map((line, index) => (
        <text key={line} x={x + 12} y={y + 24 + index * 22} class={index === 0 ? 'name' : ''}>
          <title>{line}</title>
          {fitting(line, width)}
        </text>
      ))}
    </g>
  );
}

function ArrowDrawn({ arrow: { from, to, text } }: { readonly arrow: Arrow }) {
  const [x, y] = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2];
  return (
    <g class="arrow">
      <line x1={from[0]} y1={from[1]} x2={to[0]} y2={to[1]} marker-end="url(#tip)" />
      {text && (
        <text x={x} y={y - 8} text-anchor="middle">
          {text}
        </text>
      )}
    </g>
  );
}

/** A letter is about 8.5 units wide at this size. */
function fitting(text: string, width: number): string {
  const most = Math.floor((width - 20) / 8.5);
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
