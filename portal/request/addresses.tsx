import type { AddressMap } from '../../shared/gateway/address-map.ts';
import { type Strip, stripsOf } from './strips.ts';

const width = 600;
const height = 34;

interface AddressesProps {
  readonly of: AddressMap;
  readonly onPool: (prefix: string) => void;
  readonly onSubnet: (prefix: string) => void;
}

/** Where the request would lie among the addresses that are taken, and which free ones could be used instead. */
export function Addresses({ of: map, onPool, onSubnet }: AddressesProps) {
  const { addressPools, gatewaySubnet, supernet } = map.free;
  return (
    <section aria-labelledby="addresses">
      <h2 id="addresses">Addresses</h2>
      {stripsOf(map).map((strip) => (
        <StripDrawn key={strip.title} strip={strip} />
      ))}
      <dl class="facts">
        <dt>Free for clients</dt>
        <dd>
          {addressPools.length === 0
            ? `nothing of ${supernet}`
            : addressPools.map((prefix) => <Choice key={prefix} prefix={prefix} onChoice={onPool} />)}
        </dd>
        {gatewaySubnet && (
          <>
            <dt>Free for GatewaySubnet</dt>
            <dd>
              <Choice prefix={gatewaySubnet} onChoice={onSubnet} />
            </dd>
          </>
        )}
      </dl>
    </section>
  );
}

interface ChoiceProps {
  readonly prefix: string;
  readonly onChoice: (prefix: string) => void;
}

function Choice({ prefix, onChoice }: ChoiceProps) {
  return (
    <button type="button" class="small" onClick={() => onChoice(prefix)} title="Take it">
      {prefix}
    </button>
  );
}

function StripDrawn({ strip: { title, bars, text } }: { readonly strip: Strip }) {
  const isClash = bars.some(({ kind }) => kind === 'clash');
  return (
    <figure class="strip">
      <figcaption>
        {title} <span class={isClash ? 'bad' : 'dim'}>{text}</span>
      </figcaption>
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={`${title}: ${text}`}>
        <rect class="space" x="0.5" y="5.5" width={width - 1} height={height - 11} />
        {bars.map(({ kind, label, prefix, from, to }) => {
          // Without a minimum width, a /27 in a /16 would be thinner than a line.
          const wide = Math.max(4, (to - from) * width);
          const x = Math.min(from * width, width - wide);
          const isOwn = kind !== 'taken';
          return (
            <rect
              key={`${label} ${prefix}`}
              class={kind}
              x={x}
              y={isOwn ? 1 : 6}
              width={wide}
              height={isOwn ? height - 2 : height - 12}
            >
              <title>
                {label} {prefix}
              </title>
            </rect>
          );
        })}
      </svg>
    </figure>
  );
}
