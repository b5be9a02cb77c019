// Runs in link.html, a hidden frame that a document's injected script adds for a moment. It passes the document's port
// on to the hub and knows nothing else: whether the token that comes with it is a good one is the hub's business.

// Secure and insecure contexts may not share a worker.
const worker = new SharedWorker('rendezvous.js', isSecureContext ? 'secure' : 'insecure');

// Not where a page has gone to this itself: then it would call itself, and be taken for the hub.
if (parent !== window) {
  // The page may not have been told that this has loaded. It hears that as long as nothing comes from it, and for some seconds.
  let callsLeft = 20;
  const calling = setInterval(() => {
    parent.postMessage('loaded', '*');
    if (--callsLeft === 0) clearInterval(calling);
  }, 250);

  // Of the hub's origin no document but the hub runs a script that posts here.
  addEventListener('message', ({ origin, data, ports }) => {
    clearInterval(calling);
    worker.port.postMessage([origin === location.origin, data], [...ports]);
  });
}
