import tls from 'node:tls';

const trusted = new Set<string>();

/**
 * Makes every TLS connection of this process trust a further authority. `NODE_EXTRA_CA_CERTS` is read only when Node starts,
 * and the certificate is made after that; `tls.setDefaultCACertificates` came with Node 22.19 and 24.5. Before that, a context
 * without `ca` of its own gets the authority beside Node's own.
 */
export function trustAuthority(pem: string): void {
  trusted.add(pem);
  const { setDefaultCACertificates, getCACertificates } = tls as unknown as {
    setDefaultCACertificates?: (certificates: string[]) => void;
    getCACertificates?: (type: 'default') => string[];
  };
  if (setDefaultCACertificates && getCACertificates) {
    setDefaultCACertificates([...new Set([...getCACertificates('default'), pem])]);
    return;
  }
  if (trusted.size > 1) return;
  const create = tls.createSecureContext;
  tls.createSecureContext = (options = {}) => {
    const secure = create(options);
    if (options.ca === undefined) {
      for (const certificate of trusted)
        (secure.context as { addCACert(pem: string): void }).addCACert(certificate);
    }
    return secure;
  };
}
