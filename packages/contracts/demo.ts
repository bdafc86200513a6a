/** The demo tenant's id: the same in every database that was ever started with demo data, so that production can refuse to serve one. */
export const DEMO_TENANT_ID = 'b905303a-3ce7-4c7c-82d1-821bd9e29638'
