addEventListener('message', async ({ source, data }) => {
  if (source !== window) return;
  const ports = /** @type {import('./api').Ports} */ (data);
  /** @type {import('comlink').Remote<import('./api').MainApi>} */
  const main = Comlink.wrap(ports.main);
  /** @type {import('comlink').Remote<import('./api').WorkerApi>} */
  const worker = Comlink.wrap(ports.peer);

  console.log(`main answered: ${await main.greet('ui')}`);
  await main.fail().catch((error) => console.log(`main threw: ${error.name}: ${error.message}`));

  /** @type {number[]} */
  const found = [];
  const count = await worker.primes(
    20,
    Comlink.proxy((prime) => found.push(prime))
  );
  console.log(`the worker found ${count} primes, one by one: ${found.join(' ')}`);
  await main.done();
});
