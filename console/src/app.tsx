import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { lazy, StrictMode, Suspense } from 'react'
import { Route, Switch } from 'wouter'
import { createQueryClient } from './api/queries.ts'
import { NotFoundPage } from './shell/not-found-page.tsx'
import { PageFrame } from './shell/page-frame.tsx'
import { StreamsPage } from './streams/streams-page.tsx'
import { theme } from './theme.ts'

const HooksPage = lazy(() => import('./hooks/hooks-page.tsx').then(page => ({ default: page.HooksPage })))
const RecordingsPage = lazy(() => import('./dvr/recordings-page.tsx').then(page => ({ default: page.RecordingsPage })))
const WatchPage = lazy(() => import('./watch/watch-page.tsx').then(page => ({ default: page.WatchPage })))

const queryClient = createQueryClient()

export function App() {
  return (
    <StrictMode>
      <MantineProvider theme={theme} defaultColorScheme="auto">
        <QueryClientProvider client={queryClient}>
          <PageFrame>
            <Suspense>
              <Pages />
            </Suspense>
          </PageFrame>
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>
  )
}

/** A stream's page is a new one for each name: nothing of the last stream's player may stay. */
function Pages() {
  return (
    <Switch>
      <Route path="/">
        <StreamsPage />
      </Route>
      <Route path="/recordings">
        <RecordingsPage />
      </Route>
      <Route path="/hooks">
        <HooksPage />
      </Route>
      <Route path={/^\/watch\/(?<name>.*[^/])\/*$/}>{({ name = '' }) => <WatchPage key={name} name={name} />}</Route>
      <Route>
        <NotFoundPage />
      </Route>
    </Switch>
  )
}
