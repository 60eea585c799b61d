const hooks = 'dist/index.js'

export default [
  budget('useEventSource', hooks, '{ useEventSource }', '7.5 kB'),
  budget('useStreamChat', hooks, '{ useStreamChat }', '12.25 kB'),
  budget('useTaskManager', hooks, '{ useTaskManager }', '9.4 kB'),
  budget('all three hooks', hooks, '{ useEventSource, useStreamChat, useTaskManager }', '16 kB'),
  budget('brooklet/parser: createParser', 'dist/formats/index.js', '{ createParser }', '2 kB'),
  budget(
    'brooklet/eventsource: EventSource',
    'dist/eventsource/index.js',
    '{ EventSource }',
    '6.8 kB',
  ),
]

/** The most that an import may be, minified and gzipped, without what is loaded only when it is needed. */
function budget(name, path, names, limit) {
  const ignore = ['react', './share.js', './xhr-fetch.js']
  return { name, path, import: names, ignore, limit, gzip: true, modifyEsbuildConfig: asModule }
}

/** As bundlers make it; otherwise 0.15 kB are esbuild's, so that scripts can `require`. */
function asModule(config) {
  return { ...config, format: 'esm' }
}
