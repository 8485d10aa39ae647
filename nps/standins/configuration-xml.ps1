# Export-NpsConfiguration and Import-NpsConfiguration: the state as the XML an NPS writes, and back.

$StandInTypes = 'urn:schemas-microsoft-com:datatypes'

function Add-StandInElement {
    param([System.Xml.XmlElement]$Parent, [string]$Name)
    $element = $Parent.OwnerDocument.CreateElement([regex]::Replace($Name, '[^A-Za-z0-9]|^[0-9]', '_'))
    $element.SetAttribute('name', $Name)
    [void]$Parent.AppendChild($element)
    $element
}

function Add-StandInProperties {
    param([System.Xml.XmlElement]$Parent, [object[]]$Properties)
    $container = $Parent.OwnerDocument.CreateElement('Properties')
    [void]$Parent.AppendChild($container)
    foreach ($property in $Properties) {
        $element = $Parent.OwnerDocument.CreateElement($property[0])
        [void]$element.SetAttribute('dt', $StandInTypes, $property[1])
        $element.InnerText = [string]$property[2]
        [void]$container.AppendChild($element)
    }
}

function Add-StandInFolder {
    param([System.Xml.XmlElement]$Parent, [string]$Name)
    $children = @($Parent.SelectNodes('Children')) | Select-Object -First 1
    if (-not $children) { $children = $Parent.OwnerDocument.CreateElement('Children'); [void]$Parent.AppendChild($children) }
    $folder = Add-StandInElement $children $Name
    $inner = $Parent.OwnerDocument.CreateElement('Children')
    [void]$folder.AppendChild($inner)
    $folder
}

function Export-StandInConfiguration {
    param([string]$Path)
    $state = Enter-StandIn 'Export-NpsConfiguration' "to a directory open to: $(Get-StandInAcl $Path)"
    $document = [System.Xml.XmlDocument]::new()
    $root = $document.CreateElement('Root')
    [void]$root.SetAttribute('xmlns:dt', $StandInTypes)
    [void]$document.AppendChild($root)
    $service = Add-StandInFolder $root 'Microsoft_Internet_Authentication_Service'
    $profiles = (Add-StandInFolder $service 'RadiusProfiles').SelectSingleNode('Children')
    $policies = (Add-StandInFolder $service 'NetworkPolicy').SelectSingleNode('Children')
    foreach ($policy in $state.networkPolicies) {
        Add-StandInProperties (Add-StandInElement $profiles $policy.name) @(@(, @('Template_Guid', 'string', '{00000000-0000-0000-0000-000000000000}')) + @($policy.attributes))
        $properties = @(@('Policy_Enabled', 'boolean', [int]$policy.enabled), @('Policy_SourceTag', 'int', 0), @('msNPAction', 'string', $policy.name))
        foreach ($condition in $policy.conditions) { $properties += , @('msNPConstraint', 'string', $condition) }
        Add-StandInProperties (Add-StandInElement $policies $policy.name) ($properties + , @('msNPSequence', 'int', $policy.order))
    }
    $requests = (Add-StandInFolder $service 'Proxy_Policies').SelectSingleNode('Children')
    $providers = (Add-StandInFolder $service 'Proxy_Profiles').SelectSingleNode('Children')
    foreach ($policy in @(Get-StandInValue $state 'requestPolicies' @())) {
        $properties = @(@('Policy_Enabled', 'boolean', [int]$policy.enabled), @('msNPAction', 'string', $policy.name))
        foreach ($condition in $policy.conditions) { $properties += , @('msNPConstraint', 'string', $condition) }
        Add-StandInProperties (Add-StandInElement $requests $policy.name) ($properties + , @('msNPSequence', 'int', $policy.order))
        $provider = @(, @('msAuthProviderType', 'int', $policy.provider))
        if ($policy.group) { $provider += , @('msAuthProviderName', 'string', $policy.group) }
        Add-StandInProperties (Add-StandInElement $providers $policy.name) $provider
    }
    $radius = Add-StandInFolder (Add-StandInFolder $service 'Protocols') 'Microsoft_Radius_Protocol'
    Add-StandInProperties $radius @(@('Authentication_Port', 'string', (Get-StandInValue $state 'ports' '1812,1645')), @('Accounting_Port', 'string', '1813,1646'))
    $clients = (Add-StandInFolder $radius 'Clients').SelectSingleNode('Children')
    foreach ($client in $state.radiusClients) {
        Add-StandInProperties (Add-StandInElement $clients $client.name) @(
            @('IP_Address', 'string', $client.address), @('NAS_Manufacturer', 'int', $(if ($client.vendor -eq 'RADIUS Standard') { 0 } else { 311 })), @('Radius_Client_Enabled', 'boolean', [int]$client.enabled),
            @('Require_Signature', 'boolean', [int]$client.authAttributeRequired), @('Shared_Secret', 'string', $client.sharedSecret))
    }
    if (Get-StandInValue $state.faults 'blastRadiusInExport' $false) {
        Add-StandInProperties $radius @(@('limitProxyState', 'int', (Get-StandInBlastRadiusNumber $state.blastRadius.limitProxyState)), @('requireMsgAuth', 'int', (Get-StandInBlastRadiusNumber $state.blastRadius.requireMsgAuth)))
    }
    $document.Save($Path)
    # With this, a test can see which secrets were ever written to a file.
    $state.exportedSecrets = @(@($state.exportedSecrets) + @($state.radiusClients | ForEach-Object { $_.sharedSecret }) | Select-Object -Unique)
    Save-StandInState $state
}

# 0 off, 1 on, 2 Audit mode. The numbers are assumed: limit-proxy-state.
function Get-StandInBlastRadiusNumber {
    param($Value)
    if ("$Value" -eq 'audit') { 2 } else { [int][bool]$Value }
}

function Import-StandInConfiguration {
    param([string]$Path)
    $state = Enter-StandIn 'Import-NpsConfiguration'
    if ((Get-StandInValue $state.faults 'import' '') -eq 'ignored') { return }
    $document = [System.Xml.XmlDocument]::new()
    $document.Load($Path)
    $service = $document.SelectSingleNode('/Root/Children/Microsoft_Internet_Authentication_Service/Children')
    $get = { param($Node, $Name) foreach ($found in @($Node.SelectNodes("Properties/$Name"))) { $found.InnerText } }
    $state.networkPolicies = @(foreach ($policy in @($service.SelectNodes('NetworkPolicy/Children/*'))) {
            $name = $policy.GetAttribute('name')
            $attributes = @(foreach ($profile in @($service.SelectNodes('RadiusProfiles/Children/*') | Where-Object { $_.GetAttribute('name') -eq $name })) {
                    foreach ($property in @($profile.SelectNodes('Properties/*') | Where-Object { $_.LocalName -ne 'Template_Guid' })) { , @($property.LocalName, $property.GetAttribute('dt', $StandInTypes), $property.InnerText) }
                })
            [ordered]@{ name = $name; enabled = (& $get $policy 'Policy_Enabled') -eq '1'; order = [int](& $get $policy 'msNPSequence'); conditions = @(& $get $policy 'msNPConstraint'); attributes = $attributes }
        })
    $state.radiusClients = @(foreach ($client in @($service.SelectNodes('Protocols/Children/Microsoft_Radius_Protocol/Children/Clients/Children/*'))) {
            [ordered]@{
                name = $client.GetAttribute('name'); address = & $get $client 'IP_Address'; sharedSecret = & $get $client 'Shared_Secret'
                vendor = $(if ((& $get $client 'NAS_Manufacturer') -eq '0') { 'RADIUS Standard' } else { 'Microsoft' }); enabled = (& $get $client 'Radius_Client_Enabled') -eq '1'; authAttributeRequired = (& $get $client 'Require_Signature') -eq '1'
            }
        })
    foreach ($name in 'limitProxyState', 'requireMsgAuth') {
        foreach ($found in @($document.SelectNodes("//Properties/$name"))) { $state.blastRadius.$name = $(switch ($found.InnerText) { '1' { $true } '2' { 'audit' } default { $false } }) }
    }
    $requestProfiles = @($service.SelectNodes('Proxy_Profiles/Children/*'))
    Set-StandInValue $state 'requestPolicies' @(foreach ($policy in @($service.SelectNodes('Proxy_Policies/Children/*'))) {
            $name = $policy.GetAttribute('name')
            $its = $requestProfiles | Where-Object { $_.GetAttribute('name') -eq $name } | Select-Object -First 1
            [ordered]@{ name = $name; enabled = (& $get $policy 'Policy_Enabled') -eq '1'; order = [int](& $get $policy 'msNPSequence'); conditions = @(& $get $policy 'msNPConstraint'); provider = "$(& $get $its 'msAuthProviderType')"; group = "$(& $get $its 'msAuthProviderName')" }
        })
    # After an import the running service uses what was imported.
    $state.running.radiusClients = $state.radiusClients
    Save-StandInState $state
}
