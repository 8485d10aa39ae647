import type { ComponentChildren } from 'preact';
import type { Deployment } from '../../shared/deployment/contract.ts';
import { RemoveButton } from './remove.tsx';
import { RotateButton } from './rotate.tsx';

export function ResultPart({ deployment: { result, status } }: { readonly deployment: Deployment }) {
  if (!result) return null;
  const {
    gatewayId,
    gatewaySubnet,
    publicIpAddresses = [],
    radiusClient,
    networkPolicy,
    secrets = [],
    changes = [],
    usersNotice = [],
  } = result;
  return (
    <section aria-labelledby="result">
      <h2 id="result">Result</h2>
      <dl class="facts">
        <Fact title="Gateway">{gatewayId}</Fact>
        <Fact title="GatewaySubnet">{gatewaySubnet}</Fact>
        <Fact title="Public IP addresses">{publicIpAddresses.join(', ')}</Fact>
        <Fact title="RADIUS client">{radiusClient}</Fact>
        <Fact title="Network policy">{networkPolicy}</Fact>
        {secrets.map(({ address, name, version }) => (
          <Fact key={address} title={`Secret of ${address}`}>
            {name} <span class="dim">(Key Vault, version {version})</span>
          </Fact>
        ))}
      </dl>
      {status === 'Succeeded' && gatewayId && (
        <p class="actions">
          <RotateButton gatewayId={gatewayId} />
          <RemoveButton gatewayId={gatewayId} />
        </p>
      )}
      {changes.length > 0 && (
        <>
          <h3>What was changed</h3>
          <ul>
            {changes.map((change) => (
              <li key={change}>{change}</li>
            ))}
          </ul>
        </>
      )}
      {usersNotice.length > 0 && (
        <>
          <h3>What users notice</h3>
          <ul>
            {usersNotice.map((notice) => (
              <li key={notice}>{notice}</li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function Fact({ title, children }: { readonly title: string; readonly children?: ComponentChildren }) {
  if (!children || children === '') return null;
  return (
    <>
      <dt>{title}</dt>
      <dd class="id">{children}</dd>
    </>
  );
}
