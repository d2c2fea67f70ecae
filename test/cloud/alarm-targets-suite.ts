import { deployedResources } from '../support/deployed-template.ts'
import type { Packaged, Properties } from '../support/packaged-template.ts'

/** Where the alarms of a packaged template go. `dev` has no target, `prod` an address, the topic `topicArn` and a chat. */
export function alarmTargetsSuite(dev: () => Packaged, prod: () => Packaged, topicArn: string): void {
  const alarms = (packaged: Packaged) =>
    Object.values(deployedResources(packaged)).flatMap(({ Type, Properties }) =>
      Type === 'AWS::CloudWatch::Alarm' ? [Properties] : [],
    )
  const propertiesOf = (id: string): Properties => deployedResources(prod())[id]?.Properties ?? {}
  const chatIds = ['AlarmChatConnection', 'AlarmChatDestination', 'AlarmChatRole', 'AlarmChatRule']

  describe('the targets of the alarms', () => {
    it('are the address and the topic of the operator, for each alarm', () => {
      const targets = [{ Ref: 'AlarmTopic' }, topicArn]
      for (const { AlarmActions, OKActions = targets } of alarms(prod())) {
        expect([AlarmActions, OKActions]).toEqual([targets, targets])
      }
      expect(propertiesOf('AlarmTopic')['Subscription']).toEqual([
        { Protocol: 'email', Endpoint: 'ops@example.com' },
      ])
    })

    it('are nobody where none is given', () => {
      for (const { AlarmActions, OKActions = [] } of alarms(dev()))
        expect([AlarmActions, OKActions]).toEqual([[], []])
      const created = Object.keys(deployedResources(dev()))
      expect(['AlarmTopic', ...chatIds].filter((id) => created.includes(id))).toEqual([])
    })

    it('find each alarm by its name, which begins with the stage', () => {
      for (const [stage, packaged] of [
        ['dev', dev()],
        ['prod', prod()],
      ] as const) {
        const names = Object.entries(deployedResources(packaged)).flatMap(([id, { Type, Properties }]) =>
          Type === 'AWS::CloudWatch::Alarm' ? [[Properties['AlarmName'], id.replace(/Alarm$/, '')]] : [],
        )
        for (const [name, id] of names) expect(name).toBe(`crm-pay-sync/${stage}/${id}`)
      }
    })
  })
}
