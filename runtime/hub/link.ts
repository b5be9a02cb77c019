// Runs in link.html, a hidden frame that a document's injected script adds for a moment. It passes the document's port
// on to the hub and knows nothing else: whether the token that comes with it is a good one is the hub's business.

// Secure and insecure contexts may not share a worker.
const worker = new SharedWorker('rendezvous.js', isSecureContext ? 'secure' : 'insecure');

// Of the hub's origin no document but the hub runs a script that posts here.
addEventListener('message', ({ origin, data, ports }) =>
  worker.port.postMessage([origin === location.origin, data], [...ports])
);
