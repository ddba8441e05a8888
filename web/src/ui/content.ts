import type { Attachment } from 'svelte/attachments';

/** Moves what was written in the bar at the top into the content: a dialog there would be a banner within a banner. */
export const insideTheContent: Attachment<HTMLElement> = (node) => {
  (document.querySelector('main') ?? document.body).append(node);
  return () => node.remove();
};
