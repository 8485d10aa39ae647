import { CheckField, ChoiceField, type FieldProps, TextField } from './field.tsx';

type FormFieldsProps = Omit<FieldProps, 'name'>;

const skus = ['VpnGw1AZ', 'VpnGw2AZ', 'VpnGw3AZ', 'VpnGw4AZ', 'VpnGw5AZ'];

/** Every field of a ticket, in the order of the work: network, gateway, point-to-site, RADIUS, NPS, approval. */
export function FormFields(form: FormFieldsProps) {
  return (
    <>
      <fieldset>
        <legend>For whom and where</legend>
        <TextField {...form} name="ticketId" label="Ticket" isRequired placeholder="REQ0012345" />
        <TextField
          {...form}
          name="virtualNetworkId"
          label="Virtual network"
          isRequired
          placeholder="/subscriptions/…/virtualNetworks/hub"
          hint="Its resource id, or the address of its page in the Azure portal"
        />
        <TextField
          {...form}
          name="gatewaySubnetPrefix"
          label="Prefix of GatewaySubnet"
          placeholder="last free /27 of the VNet"
        />
      </fieldset>
      <fieldset>
        <legend>Gateway</legend>
        <TextField {...form} name="gatewayName" label="Name" placeholder="the existing gateway, or vpngw-…" />
        <ChoiceField
          {...form}
          name="sku"
          label="SKU"
          values={[['', 'As it is, or as the settings say'], ...skus.map((one) => [one, one] as const)]}
        />
        <CheckField {...form} name="activeActive">
          Active-active
        </CheckField>
      </fieldset>
      <fieldset>
        <legend>Point-to-site</legend>
        <TextField
          {...form}
          name="addressPool"
          label="Client address pool"
          placeholder="next free one"
          hint="Prefixes, separated by commas. They must not be part of a network that clients must reach"
        />
        <CheckField {...form} name="ikeV2">
          IKEv2
        </CheckField>
        <CheckField {...form} name="openVpn">
          OpenVPN
        </CheckField>
      </fieldset>
      <fieldset>
        <legend>RADIUS servers</legend>
        <p class="hint">Leave them empty to use the servers of the gateway, or those of the settings.</p>
        <Server
          {...form}
          address="serverAddress"
          host="serverHost"
          score="serverScore"
          title="First server"
        />
        <Server
          {...form}
          address="secondAddress"
          host="secondHost"
          score="secondScore"
          title="Second server"
        />
        <TextField
          {...form}
          name="secretName"
          label="Name of the secret in Key Vault"
          placeholder="made by the app"
        />
      </fieldset>
      <fieldset>
        <legend>NPS</legend>
        <TextField
          {...form}
          name="networkPolicy"
          label="Network policy"
          placeholder="that of the article"
          hint="A name that the guardrails allow, or “own” for a separate policy of this gateway"
        />
        <ChoiceField
          {...form}
          name="mfaExtension"
          label="MFA extension"
          values={[
            ['', 'As the last request said, otherwise require it'],
            ['require', 'Require it'],
            ['install', 'Install it if it is missing'],
            ['skip', 'Work without a second factor'],
          ]}
        />
      </fieldset>
      <fieldset>
        <legend>Approval</legend>
        <CheckField {...form} name="approvalRequired">
          Somebody has to approve the plan
        </CheckField>
        <TextField {...form} name="timeoutDays" label="Days until it is rejected" />
      </fieldset>
    </>
  );
}

interface ServerProps extends FormFieldsProps {
  readonly title: string;
  readonly address: 'serverAddress' | 'secondAddress';
  readonly host: 'serverHost' | 'secondHost';
  readonly score: 'serverScore' | 'secondScore';
}

function Server({ title, address, host, score, ...form }: ServerProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset in a fieldset draws a second frame
    <div role="group" aria-label={title} class="server">
      <p class="of">{title}</p>
      <TextField {...form} name={address} label="Address" placeholder="10.0.1.4" />
      <TextField
        {...form}
        name={host}
        label="Machine"
        placeholder="/subscriptions/…/virtualMachines/nps-01"
      />
      <TextField {...form} name={score} label="Score" placeholder="30" />
    </div>
  );
}
