metadata description = 'Delivers events of one topic to functions of the app. After a day of attempts, an event becomes a dead letter.'

@description('Required. The system topic, in this resource group.')
param topicName string

@description('Required. Name of the function app.')
param functionAppName string

@description('Required. Resource group of the function app, in this subscription.')
param functionAppResourceGroup string

@description('Required. Resource id of the storage account of dead letters.')
param storageAccountId string

@description('Required. Container of dead letters.')
param deadLetterContainerName string

@export()
@description('Which events go to which function.')
type Delivery = {
  @description('Name of the event subscription.')
  name: string

  @description('The function: a name of functions/app.ts.')
  functionName: string

  @description('Type of the events.')
  eventType: string

  @description('For events about resources: the ARM operations, compared without case.')
  operations: string[]?

  @description('What the id of the resource must contain, compared without case.')
  subjectContains: string?
}

@description('Required. The events that are delivered.')
param deliveries Delivery[]

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' existing = {
  name: topicName
}

// One after the other: Event Grid refuses a write to a topic while another write changes it.
@batchSize(1)
resource subscriptions 'Microsoft.EventGrid/systemTopics/eventSubscriptions@2025-02-15' = [
  for delivery in deliveries: {
    parent: topic
    name: delivery.name
    properties: {
      eventDeliverySchema: 'EventGridSchema'
      filter: {
        includedEventTypes: [delivery.eventType]
        advancedFilters: concat(
          delivery.?operations == null
            ? []
            : [{ operatorType: 'StringIn', key: 'data.operationName', values: delivery.operations! }],
          delivery.?subjectContains == null
            ? []
            : [{ operatorType: 'StringContains', key: 'subject', values: [delivery.subjectContains!] }]
        )
      }
      destination: {
        endpointType: 'AzureFunction'
        properties: {
          resourceId: resourceId(
            functionAppResourceGroup,
            'Microsoft.Web/sites/functions',
            functionAppName,
            delivery.functionName
          )
          maxEventsPerBatch: 1
          preferredBatchSizeInKilobytes: 64
        }
      }
      deadLetterWithResourceIdentity: {
        identity: { type: 'SystemAssigned' }
        deadLetterDestination: {
          endpointType: 'StorageBlob'
          properties: { resourceId: storageAccountId, blobContainerName: deadLetterContainerName }
        }
      }
      // For a day, and with the largest number of attempts that Event Grid allows.
      retryPolicy: { maxDeliveryAttempts: 30, eventTimeToLiveInMinutes: 1440 }
    }
  }
]
