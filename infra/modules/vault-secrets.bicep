metadata description = 'Puts what the installer has given into the vault. What is not given is neither made nor taken away.'

@description('Required. Name of the vault, in this resource group.')
param vaultName string

@description('Required. Name of each secret.')
param names string[]

@description('Required. Value of each secret by its name; empty where it is not to be written.')
@secure()
param values object

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' existing = {
  name: vaultName
}

resource secrets 'Microsoft.KeyVault/vaults/secrets@2024-11-01' = [
  for name in names: if (!empty(values[name])) {
    parent: vault
    name: name
    properties: { value: values[name], contentType: 'set at the installation' }
  }
]
