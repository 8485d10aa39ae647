metadata description = 'Puts the secrets that the installer has given into the vault. A secret that is not given is neither made nor removed.'

@description('Required. Name of the vault, in this resource group.')
param vaultName string

@description('Required. Name of each secret.')
param names string[]

@description('Required. Value of each secret by its name; empty when it must not be written.')
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
