import type { Attachment } from 'svelte/attachments';

/** Places a native popover under the button that names it, inside the window. */
export const underItsButton: Attachment<HTMLElement> = (panel) => {
  const place = (event: ToggleEvent): void => {
    if (event.newState !== 'open') return;
    const button = document.querySelector(`[popovertarget="${panel.id}"]`);
    if (!button) return;
    const at = button.getBoundingClientRect();
    const width = panel.offsetWidth || 280;
    const left = Math.max(8, Math.min(at.left, innerWidth - width - 8));
    panel.style.left = `${left}px`;
    panel.style.top = `${at.bottom + 6}px`;
    panel.style.maxHeight = `${Math.max(160, innerHeight - at.bottom - 20)}px`;
  };
  panel.addEventListener('toggle', place as EventListener);
  return () => panel.removeEventListener('toggle', place as EventListener);
};
