# The network policy: read from the export, changed by netsh nps (there is no cmdlet for policies), verified by another export.

# Values of the profile attribute NP-Authentication-Type (0x1009).
$VpnNpsAuthenticationTypes = @{ 1 = 'PAP'; 2 = 'CHAP'; 3 = 'MSCHAP'; 4 = 'MSCHAPv2'; 5 = 'EAP'; 7 = 'Unauthenticated'; 9 = 'MSCHAP-CPW'; 10 = 'MSCHAPv2-CPW' }
# First byte of the 16 of NP-Allowed-EAP-Type (0x100a): the EAP method's number.
$VpnNpsEapTypes = @{ 13 = 'EAP-TLS'; 25 = 'PEAP'; 26 = 'EAP-MSCHAPv2' }
$VpnNpsEapMschapv2 = '1a000000000000000000000000000000'

function Read-VpnNpsNetworkPolicies {
    param([System.Xml.XmlDocument]$Configuration)
    $profiles = @(Get-VpnNpsConfigurationNode $Configuration 'RadiusProfiles')
    $policies = @(foreach ($node in Get-VpnNpsConfigurationNode $Configuration 'NetworkPolicy') {
            $name = $node.GetAttribute('name')
            # A renamed policy may keep the old name in msNPAction; its profile then carries one of the two.
            $action = Get-VpnNpsProperty $node 'msNPAction' | Select-Object -First 1
            $radiusProfile = @($profiles | Where-Object { $_.GetAttribute('name') -eq $name }) + @($profiles | Where-Object { $_.GetAttribute('name') -eq $action }) | Select-Object -First 1
            $profileName = $null
            if ($radiusProfile) { $profileName = $radiusProfile.GetAttribute('name') }
            @{
                name       = $name
                enabled    = (Get-VpnNpsProperty $node 'Policy_Enabled' | Select-Object -First 1) -ne '0'
                sequence   = [int](@(Get-VpnNpsProperty $node 'msNPSequence') + 999999)[0]
                conditions = @(Get-VpnNpsProperty $node 'msNPConstraint')
                profile    = $profileName
                grant      = (Get-VpnNpsProperty $radiusProfile 'msNPAllowDialin' | Select-Object -First 1) -eq '1'
                authTypes  = @(Get-VpnNpsProperty $radiusProfile 'msNPAuthenticationType2' | ForEach-Object { [int]$_ })
                eapTypes   = @(Get-VpnNpsProperty $radiusProfile 'msNPAllowedEapType' | ForEach-Object { $_.ToLowerInvariant() })
            }
        })
    $order = 0
    foreach ($policy in @($policies | Sort-Object -Property { $_.sequence })) { $order++; $policy['order'] = $order; $policy }
}

function Get-VpnNpsAuthenticationMethods {
    param([hashtable]$Policy)
    foreach ($type in $Policy.authTypes) {
        if ($VpnNpsAuthenticationTypes.ContainsKey($type)) { $VpnNpsAuthenticationTypes[$type] } else { "type $type" }
        if ($type -eq 5) {
            foreach ($eap in $Policy.eapTypes) {
                $number = [Convert]::ToInt32($eap.Substring(0, 2), 16)
                if ($VpnNpsEapTypes.ContainsKey($number)) { $VpnNpsEapTypes[$number] } else { "EAP type $number" }
            }
        }
    }
}

# A policy matches what the gateway sends unless it asks for something about the user, the client or the medium.
# Hours, the Microsoft vendor (what the gateway is taken to be) and the port type "virtual" do not set it apart.
function Test-VpnNpsMatchesGateway {
    param([hashtable]$Policy)
    $narrow = @($Policy.conditions | Where-Object { $_ -notmatch '^\s*(TIMEOFDAY\(|MATCH\("MS-RAS-Vendor=\^311\$"\)|MATCH\("NAS-Port-Type=[^"]*\^5\$[^"]*"\))' })
    $narrow.Count -eq 0
}

function Get-VpnNpsMissingMethods {
    param([hashtable]$Policy, [string[]]$Methods)
    foreach ($method in $Methods) {
        if ($method -eq 'PAP' -and $Policy.authTypes -notcontains 1) { 'PAP' }
        if ($method -eq 'EAP' -and ($Policy.authTypes -notcontains 5 -or $Policy.eapTypes -notcontains $VpnNpsEapMschapv2)) { 'EAP' }
    }
}

function Get-VpnNpsNetworkPolicyDifference {
    param([hashtable]$Desired, [object[]]$Policies)
    $want = $Desired.networkPolicy
    $label = "networkPolicy $($want.name)"
    $policy = $Policies | Where-Object { $_.name -eq $want.name } | Select-Object -First 1
    if (-not $policy) {
        $names = (@($Policies | ForEach-Object { "'$($_.name)'" }) -join ', ')
        $message = "NPS has no network policy named '$($want.name)'. It has: $names."
        return New-VpnNpsDifference 'networkPolicy' @() (New-VpnNpsFinding 'policy-missing' 'high' $message 'Name a policy that exists, or create it in the NPS console.') @{ missing = $message }
    }
    if ($policy.grant -ne $want.grant) {
        $verb = 'deny'
        if ($want.grant) { $verb = 'grant' }
        $finding = New-VpnNpsFinding 'policy-denies' 'high' "The network policy '$($want.name)' denies access: nobody can connect." 'Apply the desired state, or choose "Grant access" in the policy.'
        if (-not $want.grant) { $finding = $null }
        New-VpnNpsDifference 'networkPolicy' @("${label}: access permission set to $verb") $finding @{ grant = $want.grant }
    }
    if (-not $policy.enabled) {
        New-VpnNpsDifference 'networkPolicy' @("${label}: enabled") (New-VpnNpsFinding 'policy-disabled' 'high' "The network policy '$($want.name)' is disabled." 'Apply the desired state, or enable the policy.') @{ enable = $true }
    }
    if ($want.grant) {
        $before = $Policies | Where-Object { $_.enabled -and -not $_.grant -and $_.order -lt $policy.order -and (Test-VpnNpsMatchesGateway $_) } | Select-Object -First 1
        if ($before) {
            $finding = New-VpnNpsFinding 'policy-order' 'high' "The network policy '$($before.name)' comes first, matches what the gateway sends, and denies." "Apply the desired state, or move '$($want.name)' above it."
            New-VpnNpsDifference 'networkPolicy' @("${label}: order $($policy.order) -> $($before.order), before '$($before.name)'") $finding @{ order = $before.order }
        }
    }
    $missing = @(Get-VpnNpsMissingMethods $policy $want.authenticationMethods)
    if ($missing.Count) {
        $changes = @($missing | ForEach-Object { "${label}: authentication method $_ allowed" })
        $finding = New-VpnNpsFinding 'auth-method-missing' 'high' "The network policy '$($want.name)' does not allow $($missing -join ' and '): NPS rejects these connections (reason 66)." 'Apply the desired state, or allow the method in the constraints of the policy.'
        New-VpnNpsDifference 'networkPolicy' $changes $finding @{ methods = $missing }
    }
}

# One netsh command for all of it: whether "set np" keeps attributes it is not given is not documented, so two commands
# might undo each other. A list attribute is given whole, for the value given replaces the list.
function Set-VpnNpsNetworkPolicy {
    param([hashtable]$Policy, [object[]]$Differences)
    $settings = @(, @('name', $Policy.name))
    $profileSettings = @()
    foreach ($data in @($Differences | ForEach-Object { $_.data })) {
        if ($data.ContainsKey('enable')) { $settings += , @('state', 'enable') }
        if ($data.ContainsKey('order')) { $settings += , @('processingorder', $data.order) }
        if ($data.ContainsKey('grant')) { $profileSettings += , @('profileid', '0x100f'); $profileSettings += , @('profiledata', ([string]$data.grant).ToUpperInvariant()) }
        if ($data.ContainsKey('methods')) {
            $types = @($Policy.authTypes)
            $eap = @($Policy.eapTypes)
            if ($data.methods -contains 'PAP') { $types += 1 }
            if ($data.methods -contains 'EAP') { $types += 5; $eap += $VpnNpsEapMschapv2 }
            $profileSettings += , @('profileid', '0x1009')
            foreach ($type in @($types | Select-Object -Unique)) { $profileSettings += , @('profiledata', ('0x{0:x}' -f $type)) }
            if (@($eap | Select-Object -Unique).Count -gt $Policy.eapTypes.Count) {
                $profileSettings += , @('profileid', '0x100a')
                foreach ($type in @($eap | Select-Object -Unique)) { $profileSettings += , @('profiledata', $type.ToUpperInvariant()) }
            }
        }
    }
    Invoke-VpnNpsNetsh @('set', 'np') ($settings + $profileSettings)
}

# What must hold after the change: what was wanted is there, and nothing else is different.
function Assert-VpnNpsNetworkPolicy {
    param([hashtable]$Desired, [object[]]$Differences, [System.Xml.XmlDocument]$Before, [System.Xml.XmlDocument]$After)
    $old = @(Read-VpnNpsNetworkPolicies $Before)
    $new = @(Read-VpnNpsNetworkPolicies $After)
    $policy = $old | Where-Object { $_.name -eq $Desired.networkPolicy.name } | Select-Object -First 1
    $keys = @($Differences | ForEach-Object { $_.data.Keys })
    $expected = @()
    # Moving one policy moves the others along.
    if ($keys -contains 'order') { $expected += @($old | ForEach-Object { "NPS/NetworkPolicy/$($_.name)/msNPSequence" }) }
    if ($keys -contains 'enable') { $expected += "NPS/NetworkPolicy/$($policy.name)/Policy_Enabled" }
    if ($keys -contains 'grant') { $expected += "NPS/RadiusProfiles/$($policy.profile)/msNPAllowDialin" }
    if ($keys -contains 'methods') {
        $expected += "NPS/RadiusProfiles/$($policy.profile)/msNPAuthenticationType2", "NPS/RadiusProfiles/$($policy.profile)/msNPAllowedEapType"
        $now = $new | Where-Object { $_.name -eq $policy.name } | Select-Object -First 1
        $lost = @(@($policy.authTypes | Where-Object { $now.authTypes -notcontains $_ }) + @($policy.eapTypes | Where-Object { $now.eapTypes -notcontains $_ }))
        if ($lost.Count) { throw "netsh nps set np took away authentication methods that were allowed before ($($lost -join ', '))" }
    }
    $other = @(Compare-VpnNpsConfiguration $Before $After $expected)
    if ($other.Count) { throw "netsh nps set np changed other settings as well: $(@($other | Select-Object -First 5) -join ', ')" }
    $left = @(Get-VpnNpsNetworkPolicyDifference $Desired $new)
    if ($left.Count) { throw "netsh nps set np reported success, but the network policy is not changed: $(@($left | ForEach-Object { $_.changes }) -join '; ')" }
}

function Get-VpnNpsNetworkPolicyState {
    param([hashtable]$Desired, [object[]]$Policies)
    $policy = $Policies | Where-Object { $_.name -eq $Desired.networkPolicy.name } | Select-Object -First 1
    if (-not $policy) { return [ordered]@{ name = $Desired.networkPolicy.name; exists = $false; enabled = $false; grant = $false; order = 0; authenticationMethods = @() } }
    [ordered]@{ name = $policy.name; exists = $true; enabled = $policy.enabled; grant = $policy.grant; order = $policy.order; authenticationMethods = @(Get-VpnNpsAuthenticationMethods $policy) }
}
