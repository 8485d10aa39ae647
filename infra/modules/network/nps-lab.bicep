metadata description = 'A Windows Server 2022 on which to try NPS. It has no public address. The app configures NPS by run commands. The server is in no domain: join it to one, or use local accounts.'

@description('Required. Name of the VM, which is also its computer name.')
@maxLength(15)
param name string

@description('Required. Azure region.')
param location string

@description('Required. Tags of the resources.')
param tags object

@description('Required. Subnet of the VM.')
param subnetId string

@description('Required. Size of the VM, such as Standard_B2s.')
param vmSize string

@description('Required. Name of the administrator.')
param adminUsername string

@description('Required. Password of the administrator. It is in no output, log or setting.')
@secure()
param adminPassword string

resource nic 'Microsoft.Network/networkInterfaces@2025-05-01' = {
  name: 'nic-${name}'
  location: location
  tags: tags
  properties: {
    ipConfigurations: [
      {
        name: 'internal'
        properties: {
          subnet: { id: subnetId }
          privateIPAllocationMethod: 'Dynamic'
        }
      }
    ]
  }
}

resource vm 'Microsoft.Compute/virtualMachines@2025-04-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    hardwareProfile: { vmSize: vmSize }
    storageProfile: {
      imageReference: {
        publisher: 'MicrosoftWindowsServer'
        offer: 'WindowsServer'
        sku: '2022-datacenter-azure-edition'
        version: 'latest'
      }
      osDisk: {
        name: 'osdisk-${name}'
        createOption: 'FromImage'
        deleteOption: 'Delete'
        managedDisk: { storageAccountType: 'StandardSSD_LRS' }
      }
    }
    osProfile: {
      computerName: name
      adminUsername: adminUsername
      adminPassword: adminPassword
      windowsConfiguration: {
        provisionVMAgent: true
        enableAutomaticUpdates: true
        patchSettings: { patchMode: 'AutomaticByOS', assessmentMode: 'ImageDefault' }
      }
    }
    networkProfile: {
      networkInterfaces: [{ id: nic.id, properties: { deleteOption: 'Delete' } }]
    }
    securityProfile: {
      securityType: 'TrustedLaunch'
      uefiSettings: { secureBootEnabled: true, vTpmEnabled: true }
    }
  }
}

@description('Resource id of the VM: the host of a RADIUS server in a ticket.')
output id string = vm.id

@description('Address of the VM: the address of a RADIUS server in a ticket.')
output address string = nic.properties.ipConfigurations[0].properties.?privateIPAddress ?? ''
