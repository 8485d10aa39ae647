import type { ComplianceReport } from '../../shared/compliance/report/report.ts';
import { home } from '../app/session.ts';
import { shortName } from '../parts/names.ts';
import { Status } from '../parts/status.tsx';
import { Time } from '../parts/time.tsx';

const most = 200;

/** The inventory: gateways with their NPS servers, and the servers themselves. */
export function Inventory({ report: { gateways, npsServers } }: { readonly report: ComplianceReport }) {
  return (
    <section aria-labelledby="inventory">
      <h2 id="inventory">Inventory</h2>
      <table>
        <caption class="unseen">Gateways</caption>
        <thead>
          <tr>
            <th scope="col">Gateway</th>
            <th scope="col">State</th>
            <th scope="col" class="roomy">
              SKU
            </th>
            <th scope="col" class="roomy">
              NPS servers
            </th>
            <th scope="col" class="roomy">
              By this app
            </th>
            <th scope="col" class="roomy">
              Checked
            </th>
          </tr>
        </thead>
        <tbody>
          {gateways.slice(0, most).map(({ id, name, status, sku, npsServers: its, deployed, checkedAt }) => (
            <tr key={id}>
              <th scope="row">
                <a href={`${home}/compliance?gateway=${encodeURIComponent(id.toLowerCase())}`} title={id}>
                  {name}
                </a>
              </th>
              <td>
                <Status is={status} />
              </td>
              <td class="roomy">{sku}</td>
              <td class="roomy">{its.map(shortName).join(', ')}</td>
              <td class="roomy">{deployed ? 'yes' : 'no'}</td>
              <td class="roomy">
                <Time at={checkedAt} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {gateways.length > most && (
        <p class="note">{gateways.length - most} more gateways are in the CSV form.</p>
      )}
      {npsServers.length > 0 && (
        <table>
          <caption class="unseen">NPS servers</caption>
          <thead>
            <tr>
              <th scope="col">NPS server</th>
              <th scope="col">State</th>
              <th scope="col">Gateways</th>
            </tr>
          </thead>
          <tbody>
            {npsServers.slice(0, most).map(({ id, name, status, gateways: its }) => (
              <tr key={id}>
                <th scope="row" title={id}>
                  {name}
                </th>
                <td>
                  <Status is={status} />
                </td>
                <td>{its}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
