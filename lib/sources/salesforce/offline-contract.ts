import type { CrmSourceCase } from '../offline-definition.ts'
import { toLongId } from './record-id.ts'

export const organization = '00D8d000004QkTZEA0'
/** A record id with this number. */
export const idOf = (prefix: '001' | '003' | '006' | '04l', number: number) =>
  toLongId(`${prefix}${String(number).padStart(12, '0')}`)

export const message = (notifications: readonly unknown[]) => ({
  OrganizationId: organization,
  ActionId: '04k8d000000Gp1XAAS',
  SessionId: null,
  EnterpriseUrl: `https://acme.my.salesforce.com/services/Soap/c/62.0/${organization}`,
  PartnerUrl: `https://acme.my.salesforce.com/services/Soap/u/62.0/${organization}`,
  Notification: notifications,
})

/** A change event about the contact that the contract suite reads. */
const changeOf = (changedFields: readonly string[]) => ({
  id: '5c42b99e-c214-4a9c-8fbd-00000000000e',
  source: `aws.partner/salesforce.com/${organization}/0YL8d0000008OIhGAM`,
  time: '2026-03-02T09:15:02Z',
  detail: {
    payload: {
      ChangeEventHeader: {
        entityName: 'Contact',
        recordIds: [idOf('003', 501)],
        changeType: 'UPDATE',
        changeOrigin: 'com/salesforce/api/rest/62.0;client=crm-pay-sync',
        transactionKey: '0000be73-a756-e601-9202-32967602a6bf',
        sequenceNumber: 1,
        commitTimestamp: 1772442900000,
        changedFields,
      },
      LastModifiedDate: '2026-03-02T09:15:00.000Z',
    },
  },
})

export const contract = {
  // Saved before the time of the contract suite, since a list ends at the present.
  records: [
    { Id: idOf('003', 501), Name: 'Ama Serwaa', FirstName: 'Ama', Email: 'ama@example.gh' },
    { Id: idOf('003', 502), LastName: 'gone', IsDeleted: true },
    { Id: idOf('003', 503), LastName: 'merged', MasterRecordId: idOf('003', 501) },
  ].map((record) => ({ object: 'Contact', SystemModstamp: '2026-03-01T09:00:00.000Z', ...record })),
  account: organization,
  foreignAccount: '00D8d000009ZzZzEAK',
  accountPath: '/services/data/v62.0/query',
  tokenPath: '/services/oauth2/token',
  found: idOf('003', 501),
  deleted: idOf('003', 502),
  merged: idOf('003', 503),
  mergedInto: idOf('003', 501),
  followed: 'outbound.contact',
  nameless: message([{ sObject: { type: 'Contact', Id: idOf('003', 501) } }]),
  writeBack: {
    config: {
      writeBack: {
        contact: { notchpay: 'NotchPay_Customer_Id__c', wooshpay: 'WooshPay_Customer_Id__c' },
      },
    },
    echo: changeOf(['LastModifiedDate', 'NotchPay_Customer_Id__c']),
    mixed: changeOf(['LastModifiedDate', 'NotchPay_Customer_Id__c', 'Email']),
    byEvent: true,
  },
  unfollowed: message([{ Id: idOf('04l', 1), sObject: { type: 'Opportunity', Id: idOf('006', 1) } }]),
} satisfies CrmSourceCase
