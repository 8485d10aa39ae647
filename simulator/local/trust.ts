import tls from 'node:tls';

const trusted = new Set<string>();

/**
 * Makes every TLS connection of this process trust a further authority. `NODE_EXTRA_CA_CERTS` is read only when Node
 * starts, and the certificate is made later. `tls.setDefaultCACertificates` exists from Node 22.19 and 24.5 on. In
 * older versions, a context without its own `ca` gets the authority in addition to Node's own.
 */
export function trustAuthority(pem: string): void {
  if (trusted.has(pem)) return;
  trusted.add(pem);
  const { setDefaultCACertificates, getCACertificates } = tls as unknown as {
    setDefaultCACertificates?: (certificates: string[]) => void;
    getCACertificates?: (type: 'default') => string[];
  };
  if (setDefaultCACertificates && getCACertificates) {
    setDefaultCACertificates([...new Set([...getCACertificates('default'), pem])]);
    return;
  }
  shared = undefined;
  if (trusted.size > 1) return;
  const create = tls.createSecureContext;
  tls.createSecureContext = (options = {}) => {
    if (options.ca !== undefined) return create(options);
    if (hasItsOwnContext(options)) return trusting(create(options));
    // Node reads its own authorities again for each context that gets one more, so connections share one context.
    shared ??= trusting(create(options));
    return shared;
  };
}

let shared: tls.SecureContext | undefined;

/** Whether a connection needs more of its context than all others do. */
const hasItsOwnContext = ({ ciphers, ...options }: tls.SecureContextOptions) =>
  (ciphers !== undefined && ciphers !== tls.DEFAULT_CIPHERS) ||
  [
    ...[options.cert, options.key, options.pfx, options.crl, options.sigalgs, options.ecdhCurve],
    ...[options.dhparam, options.minVersion, options.maxVersion, options.secureProtocol],
    ...[options.secureOptions, options.sessionIdContext, options.ticketKeys, options.clientCertEngine],
  ].some((one) => one !== undefined);

function trusting(secure: tls.SecureContext): tls.SecureContext {
  for (const certificate of trusted)
    (secure.context as { addCACert(pem: string): void }).addCACert(certificate);
  return secure;
}
