metadata description = 'Alerts about a failed deployment, a gateway that takes too long, a new serious finding, and events that could not be delivered.'

@description('Required. Prefix of the names.')
param namePrefix string

@description('Required. Azure region.')
param location string

@description('Required. Tags of the resources.')
param tags object

@description('Required. Application Insights of the app.')
param applicationInsightsId string

@description('Required. Address of the operations page, which alerts name.')
param pageUrl string

@description('Required. System topics. Alerts report their dead letters.')
param systemTopicIds string[]

@description('Required. Number of system topics. A loop must know it before the deployment begins.')
param systemTopicCount int

@description('Required. E-mail addresses that get alerts. With an empty list, alerts are shown only in the portal.')
param emails string[]

@description('Required. Further action groups, such as one of an on-call service.')
param actionGroupIds string[]

type LogAlert = {
  @description('Name of the rule, after the prefix.')
  name: string

  @description('Title of the alert.')
  title: string

  @description('What to do.')
  advice: string

  @description('1 is an error, 2 a warning.')
  severity: 1 | 2

  @description('The query. It makes an alert when it returns a row.')
  query: string

  @description('Columns that tell one alert from another.')
  per: string[]

  @description('How far back the query looks.')
  window: string
}

// The app logs a line that begins with the type of the event and the id of the resource.
var resourceOfLine = 'extend resource = tostring(split(message, " ")[1])'
// After that, the line has further facts, as JSON.
var detailsOfLine = 'extend details = parse_json(substring(message, indexof(message, "{")))'
var deploymentPage = '${detailsOfLine} | extend page = strcat("${pageUrl}/deployments/", tostring(details.instance))'
var findingPage = '${detailsOfLine} | extend page = strcat("${pageUrl}/compliance?rule=", tostring(details.rule))'

var logAlerts LogAlert[] = [
  {
    name: 'deployment-failed'
    title: 'VPN deployment failed'
    advice: 'Open the deployment on the operations page, whose address is the dimension "page" of the alert: the stage that failed says why and what to do. The ticket has been answered.'
    severity: 1
    query: 'traces | where message startswith "VpnRadius.Deployment.Failed " | ${resourceOfLine} | ${deploymentPage}'
    per: ['resource', 'page']
    window: 'PT15M'
  }
  {
    name: 'high-finding'
    title: 'New serious finding in the compliance check'
    advice: 'The operations page, whose address is the dimension "page" of the alert, shows the finding with its evidence and fix.'
    severity: 1
    query: 'traces | where message startswith "VpnRadius.Compliance.NewHighFinding " | ${resourceOfLine} | ${findingPage}'
    per: ['resource', 'page']
    window: 'PT15M'
  }
  {
    name: 'gateway-slow'
    title: 'A gateway is not provisioned after 60 minutes'
    advice: 'Running deployments: ${pageUrl}?status=Pending,Running. Look at the gateway\'s provisioningState and the activity log. The deployment stops waiting after 90 minutes. Azure may continue.'
    severity: 2
    // Tracking events of Durable Functions. The next deployment of the same VNet uses the same instance id again.
    query: '''
traces
| where customDimensions.prop__functionName == "provisionGateway"
| extend instance = tostring(customDimensions.prop__instanceId), state = tostring(customDimensions.prop__state)
| summarize started = maxif(timestamp, state == "Started"), ended = maxif(timestamp, state in ("Completed", "Failed", "Terminated")) by instance
| where isnotnull(started) and started < ago(60m) and (isnull(ended) or ended < started)
'''
    per: ['instance']
    window: 'PT3H'
  }
]

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = if (!empty(emails)) {
  name: '${namePrefix}-people'
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'VPN RADIUS'
    emailReceivers: [
      for (email, index) in emails: {
        name: 'person-${index}'
        emailAddress: email
        useCommonAlertSchema: true
      }
    ]
  }
}

var told = concat(actionGroupIds, empty(emails) ? [] : [people.id])

resource fromLogs 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for alert in logAlerts: {
    name: '${namePrefix}-${alert.name}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: alert.title
      description: alert.advice
      severity: alert.severity
      enabled: true
      scopes: [applicationInsightsId]
      evaluationFrequency: 'PT5M'
      windowSize: alert.window
      autoMitigate: true
      // A new workspace has no table `traces` until something was logged: until then Azure would refuse the rule.
      skipQueryValidation: true
      criteria: {
        allOf: [
          {
            query: alert.query
            timeAggregation: 'Count'
            dimensions: [for column in alert.per: { name: column, operator: 'Include', values: ['*'] }]
            operator: 'GreaterThan'
            threshold: 0
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      actions: { actionGroups: told }
    }
  }
]

resource deadLetters 'Microsoft.Insights/metricAlerts@2018-03-01' = [
  for index in range(0, systemTopicCount): {
    name: '${namePrefix}-dead-letters-${index}'
    location: 'global'
    tags: tags
    properties: {
      description: 'Events could not be delivered within a day of attempts. They are in the container dead-letters, each with the reason.'
      severity: 2
      enabled: true
      scopes: [systemTopicIds[index]]
      evaluationFrequency: 'PT5M'
      windowSize: 'PT15M'
      autoMitigate: true
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
        allOf: [
          {
            criterionType: 'StaticThresholdCriterion'
            name: 'dead letters'
            metricNamespace: 'Microsoft.EventGrid/systemTopics'
            metricName: 'DeadLetteredCount'
            timeAggregation: 'Total'
            operator: 'GreaterThan'
            threshold: 0
          }
        ]
      }
      actions: [for id in told: { actionGroupId: id }]
    }
  }
]
