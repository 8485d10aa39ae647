import { useEffect, useRef } from 'preact/hooks';
import { Route, Router, useLocation } from 'preact-iso';
import { EarlierReport } from '../compliance/earlier.tsx';
import { LatestCompliance } from '../compliance/latest.tsx';
import { ReportList } from '../compliance/reports.tsx';
import { WaiverList } from '../compliance/waivers/waiver-list.tsx';
import { DeploymentView } from '../deployments/deployment.tsx';
import { DeploymentList } from '../deployments/list.tsx';
import { NewRequest } from '../request/new-request.tsx';
import { home, type Session, signOutAddress } from './session.ts';
import { View } from './view.tsx';

const sections = [
  { path: home, title: 'Deployments' },
  { path: `${home}/compliance`, title: 'Compliance' },
  { path: `${home}/new`, title: 'New request' },
] as const;

/** What surrounds every view. */
export function Frame({ session }: { readonly session: Session }) {
  const { path } = useLocation();
  return (
    <>
      <a class="skip" href="#content">
        Skip to the content
      </a>
      <header class="top">
        <a class="brand" href={home}>
          VPN RADIUS
        </a>
        <nav aria-label="Views">
          {sections.map((section) => (
            <a
              key={section.path}
              href={section.path}
              {...(isPathIn(section.path, path) && { 'aria-current': 'page' })}
            >
              {section.title}
            </a>
          ))}
        </nav>
        <p class="who">
          {session.signedIn ? (
            <>
              <span title={session.signedIn.roles.join(', ')}>{session.signedIn.name}</span>{' '}
              <a href={signOutAddress}>Sign out</a>
            </>
          ) : (
            `version ${session.version}`
          )}
        </p>
      </header>
      <Content path={path} />
    </>
  );
}

/**
 * A new view begins at its heading, for eyes and for screen readers. The same view with other filters stays where it
 * is.
 */
function Content({ path }: { readonly path: string }) {
  const main = useRef<HTMLElement>(null);
  const before = useRef(path);
  useEffect(() => {
    if (before.current === path) return;
    before.current = path;
    main.current?.querySelector('h1')?.focus();
  }, [path]);
  return (
    <main id="content" ref={main} tabIndex={-1}>
      <Router>
        <Route path={home} component={DeploymentList} />
        <Route path={`${home}/deployments`} component={DeploymentList} />
        <Route path={`${home}/deployments/:id`} component={DeploymentView} />
        <Route path={`${home}/compliance`} component={LatestCompliance} />
        <Route path={`${home}/compliance/reports`} component={ReportList} />
        <Route path={`${home}/compliance/reports/:id`} component={EarlierReport} />
        <Route path={`${home}/compliance/waivers`} component={WaiverList} />
        <Route path={`${home}/new`} component={NewRequest} />
        <Route default component={NoView} />
      </Router>
    </main>
  );
}

function NoView() {
  return (
    <View title="No such page">
      <p>
        There is nothing at this address. <a href={home}>See all deployments</a>
      </p>
    </View>
  );
}

function isPathIn(section: string, path: string): boolean {
  return section === home
    ? path === home || path.startsWith(`${home}/deployments`)
    : path.startsWith(section);
}
