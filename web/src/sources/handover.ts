/** Files dropped on another page wait here until the page Sources takes them. */
class Handover {
  #waiting: Promise<File[]> | undefined;

  take(transfer: DataTransfer): void {
    // The list of a drop is empty once its event is over, so reading begins at once.
    const entries = [...transfer.items].map((item) => item.webkitGetAsEntry());
    const plain = [...transfer.files];
    this.#waiting = import('./files').then(({ filesOf }) => filesOf(entries, plain));
  }

  give(): Promise<File[]> | undefined {
    const files = this.#waiting;
    this.#waiting = undefined;
    return files;
  }
}

export const handedOver = new Handover();
