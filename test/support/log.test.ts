import type { LogFields } from '../../lib/core/ports/observers.ts'
import { captureLog } from './captured-log.ts'

/** What a line with these fields is written as. */
async function written(fields: LogFields) {
  const [line] = await captureLog(async (log) => log.info('a change', fields))
  return line
}

const notPlain = '(not a plain id)'

describe('ids in log lines', () => {
  it('are shown as they are where they are plain, event ids of every CRM among them', async () => {
    const eventIds = [
      '48213377:contact.propertyChange:701000000101:3310480217:1772442061383:hs_country_region_code',
      'msg_69a3b944-2585-43e7-83bf-40e5a99e91aa>cust-0001',
      'erased:501:1772442061383>502',
      'ZuedPOiOg2YhJCit3CNZ_h4cagWxm5cLpmnNTRVpsRM',
    ]
    expect(await written({ recordId: 'cust-0001', eventIds })).toMatchObject({
      recordId: 'cust-0001',
      eventIds,
    })
  })

  it('are masked where a sender may have used an e-mail address or a name, also inside an event id of ours', async () => {
    const eventIds = ['msg_1>ama@example.gh', 'erased:Ama Serwaa:1772442061383', 'msg_2']
    expect(await written({ recordId: 'ama@example.gh', eventIds })).toMatchObject({
      recordId: notPlain,
      eventIds: [notPlain, notPlain, 'msg_2'],
    })
  })
})
