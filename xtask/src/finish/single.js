// The program lies in this page, deflated and in base64.
const packed = atob(document.getElementById('program').textContent);
const bytes = Uint8Array.from(packed, (letter) => letter.charCodeAt(0));
const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
const program = new Response(stream, { headers: { 'Content-Type': 'application/wasm' } });
const started = await __wbg_init({ module_or_path: program });
dispatchEvent(new CustomEvent('TrunkApplicationStarted', { detail: { wasm: started } }));
