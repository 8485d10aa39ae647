metadata description = 'Workbook in the portal: deployments, how long they take, findings, and requests that Azure refused.'

@description('Required. Name that people see.')
param displayName string

@description('Required. Region.')
param location string

@description('Required. Tags of the workbook.')
param tags object

@description('Required. Application Insights of the app, which the workbook queries.')
param applicationInsightsId string

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(applicationInsightsId, 'vpn-radius')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: displayName
    category: 'workbook'
    sourceId: applicationInsightsId
    serializedData: loadTextContent('../../workbook.json')
    version: 'Notebook/1.0'
  }
}
