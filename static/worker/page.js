
    // Keeps the page for times without a network, and says when a newer one is there.
    (function () {
      var offline, registration;
      // Only a page of one's own: not one opened as a file, not a figure in somebody's text.
      if (location.protocol.indexOf('http') !== 0
        || new URLSearchParams(location.search).has('embed')) { return; }
      try { offline = navigator.serviceWorker; } catch (sandboxed) { /* then without */ }
      if (!offline) { return; }
      function tell() {
        // Without a controller it is the first version here, and no newer one.
        if (registration.waiting && offline.controller) { dispatchEvent(new Event('ctscope-newer')); }
      }
      function watch() {
        if (registration.installing) { registration.installing.addEventListener('statechange', tell); }
      }
      addEventListener('TrunkApplicationStarted', function () {
        offline.register('worker.js', { scope: './', updateViaCache: 'none' }).then(function (made) {
          if (!made) { return; }
          registration = made;
          registration.addEventListener('updatefound', watch);
          watch();
          tell();
        }, function () { /* The page goes on without. */ });
      });
      // The program asks for the new version; whoever prevents the event's default does the rest.
      addEventListener('ctscope-reload', function (event) {
        if (!registration || !registration.waiting) { return; }
        event.preventDefault();
        offline.addEventListener('controllerchange', function () { location.reload(); });
        registration.waiting.postMessage('take over');
      });
    })();
