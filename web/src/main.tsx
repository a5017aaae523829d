import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';
import './styles/shell.css';
import { render } from 'preact';
import { useEffect } from 'preact/hooks';
import { useRoute } from './app/router.js';
import { Shell } from './app/shell.js';
import { HelpView } from './help/help-view.js';
import { OperatorView } from './operator/operator-view.js';
import { RequestView } from './request/request-view.js';
import { RequestsView } from './requests/requests-view.js';
import { StartView } from './start/start-view.js';

const TITLES = {
  start: 'Compress a catalog',
  requests: 'All catalogs',
  help: 'Setup help',
  operator: 'Operator',
  request: 'Catalog',
  unknown: 'Not found',
};

function App() {
  const route = useRoute();
  useEffect(() => {
    document.title = `${TITLES[route.view]} · Pressroom`;
  }, [route.view]);
  return (
    <Shell route={route}>
      {route.view === 'start' && <StartView />}
      {route.view === 'request' && <RequestView key={route.id} id={route.id} tab={route.tab} />}
      {route.view === 'requests' && <RequestsView />}
      {route.view === 'help' && <HelpView />}
      {route.view === 'operator' && <OperatorView />}
      {route.view === 'unknown' && (
        <div class="stack">
          <h1>Page not found</h1>
          <p>
            <a href="/">Compress a catalog</a> or see <a href="/all">all catalogs</a>.
          </p>
        </div>
      )}
    </Shell>
  );
}

render(<App />, document.getElementById('app')!);
