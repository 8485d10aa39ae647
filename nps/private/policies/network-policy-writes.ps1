# Changes the network policy of the gateway by netsh nps (there is no cmdlet for policies), and verifies the change by
# another export.

# Microsoft's ids (enumeration ATTRIBUTEID, sdoias.h). They are checked against the list of this server before they are
# used.
$VpnNpsClientNameId = '0x1020'
$VpnNpsProfileIds = @{ dialIn = '0x100f'; authTypes = '0x1009'; eapTypes = '0x100a' }
# Framed protocol PPP, service type framed, encryption as in the policies that NPS comes with.
$VpnNpsOptionalProfile = [ordered]@{ '0x7' = '0x1'; '0x6' = '0x2'; '0xffffffa7' = '0x2'; '0xffffffa6' = '0xe' }

function Get-VpnNpsProfileSettings {
    param([object[]]$AuthTypes, [object[]]$EapTypes)
    , @('profileid', $VpnNpsProfileIds.authTypes)
    foreach ($type in $AuthTypes) { , @('profiledata', ('0x{0:x}' -f $type)) }
    if ($EapTypes.Count) {
        , @('profileid', $VpnNpsProfileIds.eapTypes)
        foreach ($type in $EapTypes) { , @('profiledata', $type.ToUpperInvariant()) }
    }
}

function Get-VpnNpsMethodSettings {
    param([string[]]$Methods)
    $authTypes = @()
    $eapTypes = @()
    if ($Methods -contains 'EAP') { $authTypes += 5; $eapTypes += $VpnNpsEapMschapv2 }
    if ($Methods -contains 'PAP') { $authTypes += 1 }
    Get-VpnNpsProfileSettings $authTypes $eapTypes
}

# The optional settings that this server lists.
function Get-VpnNpsOptionalSettings {
    param([hashtable]$Profiles)
    foreach ($id in $VpnNpsOptionalProfile.Keys) { if ($Profiles.ContainsKey($id)) { , @('profileid', $id); , @('profiledata', $VpnNpsOptionalProfile[$id]) } }
}

# The gateway's own policy. The ids are looked up on this server first. Afterwards the condition is read back.
function Add-VpnNpsOwnPolicy {
    param([hashtable]$Desired, [hashtable]$Observed, [hashtable]$Data, [System.Collections.Generic.Stack[hashtable]]$Undo)
    $name = $Observed.networkPolicy.name
    $conditions = Get-VpnNpsAttributeIds 'npconditionattributes'
    if (-not $conditions.ContainsKey($VpnNpsClientNameId)) { throw "netsh nps show npconditionattributes does not list $VpnNpsClientNameId (client friendly name): a policy for this gateway alone cannot be made on this server" }
    $profiles = Get-VpnNpsAttributeIds 'npprofileattributes'
    foreach ($id in $VpnNpsProfileIds.Values) { if (-not $profiles.ContainsKey($id)) { throw "netsh nps show npprofileattributes does not list $id" } }
    $settings = @(
        @('name', $name), @('state', 'enable'), @('processingorder', $Data.add), @('policysource', '0'),
        @('conditionid', $VpnNpsClientNameId), @('conditiondata', (Get-VpnNpsClientNamePattern $Data.client)),
        @('profileid', $VpnNpsProfileIds.dialIn), @('profiledata', ([string]$Desired.networkPolicy.grant).ToUpperInvariant()))
    $settings += @(Get-VpnNpsMethodSettings $Desired.networkPolicy.authenticationMethods)
    $settings += @(Get-VpnNpsOptionalSettings $profiles)
    $Undo.Push(@{ action = 'delete policy'; name = $name })
    Invoke-VpnNpsNetsh @('add', 'np') $settings
}

# One netsh command for all of it: it is not documented whether "set np" keeps attributes that it is not given, so two
# commands might undo each other. A list attribute is given whole, because the new value replaces the list.
function Set-VpnNpsHeldPolicy {
    param([hashtable]$Policy, [object[]]$Differences, [System.Collections.Generic.Stack[hashtable]]$Undo)
    $settings = @(, @('name', $Policy.name))
    $back = @(, @('name', $Policy.name))
    $profileSettings = @()
    $profileBack = @()
    foreach ($difference in $Differences) {
        $data = $difference.data
        if ($data.ContainsKey('enable')) { $settings += , @('state', 'enable'); $back += , @('state', 'disable') }
        if ($data.ContainsKey('order')) { $settings += , @('processingorder', $data.order); $back += , @('processingorder', $Policy.order) }
        if ($data.ContainsKey('grant')) {
            $profileSettings += , @('profileid', $VpnNpsProfileIds.dialIn); $profileSettings += , @('profiledata', ([string]$data.grant).ToUpperInvariant())
            $profileBack += , @('profileid', $VpnNpsProfileIds.dialIn); $profileBack += , @('profiledata', ([string]$Policy.grant).ToUpperInvariant())
        }
        if ($data.ContainsKey('methods')) {
            $types = @($Policy.authTypes)
            $eap = @($Policy.eapTypes)
            if ($data.methods -contains 'PAP') { $types += 1 }
            if ($data.methods -contains 'EAP') { $types += 5; $eap += $VpnNpsEapMschapv2 }
            $types = @($types | Select-Object -Unique)
            $eap = @($eap | Select-Object -Unique)
            if ($eap.Count -eq $Policy.eapTypes.Count) { $profileSettings += @(Get-VpnNpsProfileSettings $types @()); $profileBack += @(Get-VpnNpsProfileSettings $Policy.authTypes @()) }
            else { $profileSettings += @(Get-VpnNpsProfileSettings $types $eap); $profileBack += @(Get-VpnNpsProfileSettings $Policy.authTypes $Policy.eapTypes) }
        }
    }
    $Undo.Push(@{ action = 'set policy'; settings = @($back + $profileBack) })
    Invoke-VpnNpsNetsh @('set', 'np') ($settings + $profileSettings)
}

function Set-VpnNpsNetworkPolicy {
    param([hashtable]$Desired, [hashtable]$Observed, [object[]]$Differences, [System.Collections.Generic.Stack[hashtable]]$Undo)
    foreach ($difference in $Differences) {
        if (-not $difference.data.ContainsKey('add')) { continue }
        # When a place before a deny was approved, the policy is made there at once.
        $data = @{} + $difference.data
        foreach ($other in $Differences) { if ($other.data.ContainsKey('order')) { $data.add = $other.data.order } }
        return Add-VpnNpsOwnPolicy $Desired $Observed $data $Undo
    }
    foreach ($policy in $Observed.policies) { if ($policy.name -eq $Observed.networkPolicy.name) { return Set-VpnNpsHeldPolicy $policy $Differences $Undo } }
}

# What must be true after the change: what was wanted is there, and nothing else is different.
function Assert-VpnNpsNetworkPolicy {
    param([hashtable]$Desired, [hashtable]$Observed, [object[]]$Differences, [System.Xml.XmlDocument]$Before, [System.Xml.XmlDocument]$After)
    $name = $Observed.networkPolicy.name
    $new = @(Read-VpnNpsNetworkPolicies $After)
    $old = $null
    foreach ($policy in $Observed.policies) { if ($policy.name -eq $name) { $old = $policy } }
    $now = $null
    foreach ($policy in $new) { if ($policy.name -eq $name) { $now = $policy } }
    $expected = @()
    $added = $false
    foreach ($difference in $Differences) {
        foreach ($key in $difference.data.Keys) {
            switch ($key) {
                # When one policy moves, the others move too.
                'order' { foreach ($policy in $new) { $expected += "NPS/NetworkPolicy/$($policy.name)/msNPSequence" } }
                'add' { $added = $true; foreach ($policy in $new) { $expected += "NPS/NetworkPolicy/$($policy.name)/msNPSequence" } }
                'enable' { $expected += "NPS/NetworkPolicy/$name/Policy_Enabled" }
                'grant' { $expected += "NPS/RadiusProfiles/$($old.profile)/msNPAllowDialin" }
                'methods' { $expected += "NPS/RadiusProfiles/$($old.profile)/msNPAuthenticationType2", "NPS/RadiusProfiles/$($old.profile)/msNPAllowedEapType" }
            }
        }
    }
    if (-not $now) { throw 'netsh nps reported success, but the network policy is not there' }
    $other = @(foreach ($path in @(Compare-VpnNpsConfiguration $Before $After $expected)) { if (-not $added -or -not ($path.StartsWith("NPS/NetworkPolicy/$name/", 'Ordinal') -or $path.StartsWith("NPS/RadiusProfiles/$name/", 'Ordinal'))) { $path } })
    if ($other.Count) { throw "netsh nps changed other settings as well: $(@($other | Select-Object -First 5) -join ', ')" }
    if ($old) {
        $lost = @(@(foreach ($type in $old.authTypes) { if ($now.authTypes -notcontains $type) { $type } }) + @(foreach ($type in $old.eapTypes) { if ($now.eapTypes -notcontains $type) { $type } }))
        if ($lost.Count) { throw "netsh nps set np removed authentication methods that were allowed before ($($lost -join ', '))" }
    }
    if ($added) {
        $data = (Get-VpnNpsClientNamePattern (Get-VpnNpsGatewayClientName $Desired $Observed.clients))
        if ($now.conditions.Count -ne 1 -or $now.conditions[0] -ne "MATCH(`"Client-Friendly-Name=$data`")") { throw "the network policy '$name' came out with the condition $($now.conditions -join ' and '), not with the friendly name of the RADIUS client" }
    }
    # The order is read back too: a success of netsh does not prove it.
    $wanted = @{}
    foreach ($difference in $Differences) { foreach ($change in $difference.changes) { $wanted[$change.id] = $true } }
    $check = @{} + $Observed
    $check.policies = $new
    $left = @(foreach ($difference in @(Get-VpnNpsNetworkPolicyDifference $Desired $check)) { foreach ($change in $difference.changes) { if ($wanted.ContainsKey($change.id)) { $change.what } } })
    if ($left.Count) { throw "netsh nps reported success, but the network policy is not changed: $($left -join '; ')" }
}
