// What every page does: the appearance choice and the service worker.

import { workerUrl } from './trusted.ts';

function appearance(): void {
  const row = document.querySelector<HTMLElement>('[data-theme-choice]');
  const select = row?.querySelector('select');
  if (!row || !select) return;
  select.value = document.documentElement.dataset.theme ?? 'system';
  row.hidden = false;
  select.addEventListener('change', () => {
    const theme = select.value;
    if (theme === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    try {
      if (theme === 'system') localStorage.removeItem('theme');
      else localStorage.setItem('theme', theme);
    } catch {
      // Storage may be forbidden; the choice then lasts as long as the page.
    }
  });
}

/** Sets the page up. Without a service worker everything works but the offline use. */
export function site(): void {
  appearance();
  if ('serviceWorker' in navigator) {
    navigator.serviceWorker.register(workerUrl('/sw.js') as unknown as string, { updateViaCache: 'none' }).catch(() => {});
  }
}

/** Asks for the engine to be kept for offline use; call once it has run. */
export function keepEngine(): void {
  if (!('serviceWorker' in navigator)) return;
  void navigator.serviceWorker.ready.then((registration) => registration.active?.postMessage('keep-engine'));
}
