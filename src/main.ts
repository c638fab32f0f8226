/* The service's entry, `npm start`: what `lienthong serve` does, so that there is one way to start and to stop. */
process.argv.splice(2, 0, 'serve');
await import('./cli/main.ts');
