// Pages that people keep with their filters.
export const viewsEn = {
  views: {
    menu: 'Views',
    none: 'None yet. A view is this page with its filters, under a name.',
    save: 'Save this view',
    saveTitle: 'Save the view',
    changeTitle: 'Change the view',
    name: 'Name',
    shared: 'Others are offered it, with the data that they may see',
    toThisPage: 'Let it lead to the page as it stands now',
    keep: 'Save',
    kept: 'The view is saved',
    isShared: 'shared',
    ownerIs: (owner: string) => `by ${owner}`,
    edit: (name: string) => `Change ${name}`,
    remove: (name: string) => `Remove ${name}`,
    removed: (name: string) => `${name} is removed; History can put it back`,
  },
};
