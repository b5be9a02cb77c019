addEventListener('message', ({ source, data }) => {
  if (source !== window) return;
  const { main, peer } = /** @type {import('./api').Ports} */ (data);

  /** @type {import('./api').WorkerApi} */
  const api = {
    async primes(below, onFound) {
      let count = 0;
      for (let number = 2; number < below; number++) {
        if (![...Array(number).keys()].every((divisor) => divisor < 2 || number % divisor > 0)) continue;
        count++;
        await onFound(number);
      }
      console.log(`counted ${count} primes below ${below}`);
      return count;
    }
  };
  Comlink.expose(api, main);
  Comlink.expose(api, peer);
});
