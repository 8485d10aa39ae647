# The network policies of user groups: one for each, before the policy that lets in everybody else. Its conditions are
# the gateway's RADIUS client and a Windows group. It sends MS-Azure-Policy-ID, by which VPN Gateway knows the pool.

# Ids as in network-policy-writes.ps1. A condition 0x1fb5 holds the SID of a group, and an export shows it as
# USERNTGROUPS("..."). 0x1a is Vendor-Specific, which an export shows as msRADIUSAnyVSA.
$VpnNpsUserGroupsId = '0x1fb5'
$VpnNpsVendorSpecificId = '0x1a'
$VpnNpsUserGroups = '(?i)^\s*USERNTGROUPS\("(S-[0-9-]+)"\)\s*$'

function ConvertTo-VpnNpsDesiredGroups {
    param($Value)
    if ($null -eq $Value) { return $null }
    if ($Value -isnot [System.Management.Automation.PSCustomObject]) { throw (New-VpnNpsInvalid 'groupPolicies' 'must be an object with prefix and wanted') }
    $prefix = Get-VpnNpsText $Value 'prefix' 'groupPolicies'
    $wanted = Get-VpnNpsField $Value 'wanted'
    if ($null -eq $wanted) { $wanted = @() }
    if ($wanted -isnot [array]) { throw (New-VpnNpsInvalid 'groupPolicies.wanted' 'must be a list of user groups') }
    $seen = @{}
    $groups = @(for ($i = 0; $i -lt $wanted.Count; $i++) {
            $path = "groupPolicies.wanted[$i]"
            $group = Get-VpnNpsText $wanted[$i] 'group' $path
            $attribute = Get-VpnNpsField $wanted[$i] 'attribute'
            if ($attribute -isnot [string] -or $attribute -notmatch '^6ad1bd[0-9a-fA-F]{2}$') { throw (New-VpnNpsInvalid "$path.attribute" 'must be 6ad1bd and two hexadecimal digits') }
            foreach ($key in "group $group", "attribute $attribute") {
                if ($seen.ContainsKey($key)) { throw (New-VpnNpsInvalid 'groupPolicies.wanted' "two have the $key") }
                $seen[$key] = $true
            }
            @{ name = "$prefix$group"; group = $group; attribute = $attribute.ToLowerInvariant(); windowsGroup = Get-VpnNpsText $wanted[$i] 'windowsGroup' $path }
        })
    @{ prefix = $prefix; wanted = $groups }
}

# "03" says that the value is hexadecimal. Then come the vendor 311, the attribute 65, its length with these two octets,
# and the value.
function Get-VpnNpsAttributeText {
    param([string]$Value)
    '03{0:X8}{1:X2}{2:X2}{3}' -f 311, 65, ($Value.Length / 2 + 2), $Value.ToUpperInvariant()
}

# SIDs by the groups of the desired state; $null when neither this server nor its domain knows the name.
function Read-VpnNpsGroupSids {
    param([hashtable]$Desired)
    $sids = @{}
    if (-not $Desired.groupPolicies) { return $sids }
    foreach ($want in $Desired.groupPolicies.wanted) {
        $group = $want.windowsGroup
        if ($group -match '^S-1-') { $sids[$group] = $group; continue }
        try {
            $account = New-Object -TypeName System.Security.Principal.NTAccount -ArgumentList $group
            $sids[$group] = "$($account.Translate(('System.Security.Principal.SecurityIdentifier' -as [type])))"
        }
        catch { $sids[$group] = $null }
    }
    $sids
}

function Get-VpnNpsGroupPolicies {
    param([hashtable]$Desired, [object[]]$Policies)
    if (-not $Desired.groupPolicies) { return }
    foreach ($policy in $Policies) { if ($policy.name.StartsWith($Desired.groupPolicies.prefix, [System.StringComparison]::OrdinalIgnoreCase)) { $policy } }
}

# The policies that decide about users who are in no group.
function Get-VpnNpsOtherPolicies {
    param([hashtable]$Desired, [object[]]$Policies)
    $ours = @(foreach ($policy in @(Get-VpnNpsGroupPolicies $Desired $Policies)) { $policy.name })
    foreach ($policy in $Policies) { if ($ours -notcontains $policy.name) { $policy } }
}

function Get-VpnNpsClientCondition {
    param([string]$Client)
    "MATCH(`"Client-Friendly-Name=$(Get-VpnNpsClientNamePattern $Client)`")"
}

# Whether it is as Set makes it: the gateway's client and one Windows group, and nothing else.
function Test-VpnNpsGroupPolicy {
    param([hashtable]$Policy, [hashtable]$Desired, [object[]]$Clients)
    if ($Policy.conditions.Count -ne 2) { return $false }
    $known = @(foreach ($client in @($Desired.radiusClients[0].name, (Get-VpnNpsGatewayClientName $Desired $Clients))) { Get-VpnNpsClientCondition $client })
    $ofClient = @(foreach ($condition in $Policy.conditions) { if ($known -contains $condition) { $condition } })
    $ofGroup = @(foreach ($condition in $Policy.conditions) { if ($condition -match $VpnNpsUserGroups) { $condition } })
    $ofClient.Count -eq 1 -and $ofGroup.Count -eq 1
}

# What differs from the desired state in a policy that exists, in words; $null when nothing differs.
function Get-VpnNpsGroupPolicyFault {
    param([hashtable]$Policy, [hashtable]$Want, [string]$Client, [string]$Sid, [string[]]$Methods)
    if ($Policy.conditions -notcontains (Get-VpnNpsClientCondition $Client)) { return 'does not ask for the RADIUS client' }
    if ($Policy.conditions -notcontains "USERNTGROUPS(`"$Sid`")") { return "does not ask for the group $($Want.windowsGroup)" }
    if ($Policy.vendorSpecific.Count -ne 1 -or $Policy.vendorSpecific[0] -ne (Get-VpnNpsAttributeText $Want.attribute)) { return "does not send $($Want.attribute)" }
    $missing = @(Get-VpnNpsMissingMethods $Policy $Methods)
    if ($missing.Count) { "does not allow $($missing -join ' and ')" }
}

# Somebody may have decided this, so undoing it needs an approval.
function Get-VpnNpsGroupPolicyDecision {
    param([hashtable]$Policy, [hashtable]$Desired, [object[]]$Clients)
    if (-not $Policy.enabled) { return 'is disabled' }
    if (-not $Policy.grant) { return 'denies access' }
    if ($Policy.conditions.Count -gt 2 -or ($Policy.conditions.Count -eq 2 -and -not (Test-VpnNpsGroupPolicy $Policy $Desired $Clients))) { "asks for $($Policy.conditions -join ' and ')" }
}

function Get-VpnNpsNamesText {
    param([string[]]$Names)
    $text = @($Names | Select-Object -First 8) -join ', '
    if ($Names.Count -gt 8) { $text += " and $($Names.Count - 8) more" }
    $text
}

# One change for all groups of a kind, because ninety of them must fit into the answer.
function New-VpnNpsGroupDifference {
    param([hashtable]$Desired, [string]$Kind, [string]$Finding, [string]$What, [object[]]$Groups, [switch]$Asks)
    if (-not $Groups.Count) { return }
    $client = $Desired.radiusClients[0].name
    $told = Get-VpnNpsNamesText @(foreach ($group in $Groups) { $text = $group.group; if ($group.ContainsKey('why')) { $text += " ($($group.why))" }; $text })
    $change = New-VpnNpsChange "group-policies-${Kind}:$client" "userGroups of ${client}: network policies $What, for: $told" 'own' -Restart -Asks:$Asks
    New-VpnNpsDifference 'groupPolicies' @($change) (New-VpnNpsFinding $Finding "User groups of $client whose network policies are $($VpnNpsGroupFaults[$Kind]): $told." $client) @{ kind = $Kind; groups = $Groups }
}

$VpnNpsGroupFaults = @{ added = 'missing'; set = 'not as wanted'; opened = 'closed or narrowed'; ordered = 'not the first to decide'; removed = 'not wanted any more' }

function Get-VpnNpsGroupPolicyDifference {
    param([hashtable]$Desired, [hashtable]$Observed)
    if (-not $Desired.groupPolicies) { return }
    $client = Get-VpnNpsGatewayClientName $Desired $Observed.clients
    $found = @{ added = @(); set = @(); opened = @(); ordered = @(); removed = @() }
    $unknown = @()
    $standing = @()
    $wanted = @{}
    foreach ($want in $Desired.groupPolicies.wanted) {
        $wanted[$want.name] = $true
        $sid = $Observed.groupSids[$want.windowsGroup]
        if (-not $sid) { $unknown += $want.windowsGroup; continue }
        $held = @(foreach ($policy in $Observed.policies) { if ($policy.name -eq $want.name) { $policy } })
        if ($held.Count -gt 1) { New-VpnNpsDifference 'groupPolicies' @() (New-VpnNpsFinding 'policy-twice' "NPS has $($held.Count) network policies named '$($want.name)'."); continue }
        if (-not $held.Count) { $found.added += @{ name = $want.name; group = $want.group }; continue }
        $decision = Get-VpnNpsGroupPolicyDecision $held[0] $Desired $Observed.clients
        if ($decision) { $found.opened += @{ name = $want.name; group = $want.group; why = $decision }; continue }
        $fault = Get-VpnNpsGroupPolicyFault $held[0] $want $client $sid $Desired.networkPolicy.authenticationMethods
        if ($fault) { $found.set += @{ name = $want.name; group = $want.group; why = $fault } }
        else { $standing += @{ name = $want.name; group = $want.group; order = $held[0].order } }
    }
    if ($unknown.Count) { New-VpnNpsDifference 'groupPolicies' @() (New-VpnNpsFinding 'windows-group-unknown' "This server and its domain know no group $(Get-VpnNpsNamesText $unknown)." $Desired.radiusClients[0].name) }
    $before = (Get-VpnNpsGroupPosition $Desired $Observed $Observed.policies).order
    for ($i = $standing.Count - 1; $i -ge 0; $i--) {
        if ($standing[$i].order -gt $before) { $found.ordered += $standing[$i] } else { $before = $standing[$i].order }
    }
    foreach ($policy in @(Get-VpnNpsGroupPolicies $Desired $Observed.policies)) {
        if ($wanted.ContainsKey($policy.name) -or -not (Test-VpnNpsGroupPolicy $policy $Desired $Observed.clients)) { continue }
        $found.removed += @{ name = $policy.name; group = $policy.name.Substring($Desired.groupPolicies.prefix.Length) }
    }
    New-VpnNpsGroupDifference $Desired 'removed' 'group-policies-left' 'removed' $found.removed -Asks
    New-VpnNpsGroupDifference $Desired 'opened' 'group-policies-closed' 'made again, as they were closed or narrowed' $found.opened -Asks
    New-VpnNpsGroupDifference $Desired 'set' 'group-policies-differ' 'made again' $found.set
    New-VpnNpsGroupDifference $Desired 'added' 'group-policies-missing' 'added before those that decide about everybody else' $found.added
    New-VpnNpsGroupDifference $Desired 'ordered' 'group-policies-order' 'moved before those that decide about everybody else' $found.ordered
}

# The place before the first policy that decides about the gateway's users and is not one of these.
function Get-VpnNpsGroupPosition {
    param([hashtable]$Desired, [hashtable]$Observed, [object[]]$Policies)
    $names = @(foreach ($policy in @(Get-VpnNpsGroupPolicies $Desired $Policies)) { $policy.name })
    Get-VpnNpsPosition $Policies $names @(Get-VpnNpsGatewayRequests $Desired $Observed.clients)
}

function Get-VpnNpsGroupPolicySettings {
    param([hashtable]$Desired, [hashtable]$Observed, [hashtable]$Want, [int]$Order, [hashtable]$Profiles)
    , @('name', $Want.name); , @('state', 'enable'); , @('processingorder', $Order); , @('policysource', '0')
    , @('conditionid', $VpnNpsClientNameId); , @('conditiondata', (Get-VpnNpsClientNamePattern (Get-VpnNpsGatewayClientName $Desired $Observed.clients)))
    , @('conditionid', $VpnNpsUserGroupsId); , @('conditiondata', $Observed.groupSids[$Want.windowsGroup])
    , @('profileid', $VpnNpsProfileIds.dialIn); , @('profiledata', 'TRUE')
    Get-VpnNpsMethodSettings $Desired.networkPolicy.authenticationMethods
    , @('profileid', $VpnNpsVendorSpecificId); , @('profiledata', (Get-VpnNpsAttributeText $Want.attribute))
    Get-VpnNpsOptionalSettings $Profiles
}

function Assert-VpnNpsGroupAttributes {
    param([hashtable]$Profiles)
    $conditions = Get-VpnNpsAttributeIds 'npconditionattributes'
    foreach ($id in $VpnNpsClientNameId, $VpnNpsUserGroupsId) { if (-not $conditions.ContainsKey($id)) { throw "netsh nps show npconditionattributes does not list ${id}: a policy for a user group cannot be made on this server" } }
    foreach ($id in @($VpnNpsProfileIds.Values) + $VpnNpsVendorSpecificId) { if (-not $Profiles.ContainsKey($id)) { throw "netsh nps show npprofileattributes does not list $id" } }
}

# A policy that differs is deleted and made again: it is not documented whether "set np" keeps what it is not given. A
# deletion has no inverse step: what is not put back then is imported from the backup.
function Set-VpnNpsGroupPolicies {
    param([hashtable]$Desired, [hashtable]$Observed, [object[]]$Differences, [System.Collections.Generic.Stack[hashtable]]$Undo)
    $make = @{}
    $move = @{}
    $policies = [System.Collections.Generic.List[hashtable]]::new()
    foreach ($policy in @($Observed.policies | Sort-Object -Property { $_.order })) { $policies.Add($policy) }
    foreach ($difference in $Differences) {
        foreach ($group in $difference.data.groups) {
            $kind = $difference.data.kind
            if ($kind -eq 'ordered') { $move[$group.name] = $true; continue }
            if ($kind -ne 'removed') { $make[$group.name] = $true }
            if ($kind -eq 'added') { continue }
            $Undo.Push(@{ action = 'import'; name = $group.name })
            Invoke-VpnNpsNetsh @('delete', 'np') @(, @('name', $group.name))
            for ($at = $policies.Count - 1; $at -ge 0; $at--) { if ($policies[$at].name -eq $group.name) { $policies.RemoveAt($at) } }
        }
    }
    $profiles = @{}
    if ($make.Count) { $profiles = Get-VpnNpsAttributeIds 'npprofileattributes'; Assert-VpnNpsGroupAttributes $profiles }
    for ($i = 0; $i -lt $policies.Count; $i++) { $policies[$i] = @{} + $policies[$i]; $policies[$i].order = $i + 1 }
    $before = (Get-VpnNpsGroupPosition $Desired $Observed $policies.ToArray()).order
    # From the last to the first: each one is placed before the policy that follows it.
    for ($i = $Desired.groupPolicies.wanted.Count - 1; $i -ge 0; $i--) {
        $want = $Desired.groupPolicies.wanted[$i]
        $held = -1
        for ($at = 0; $at -lt $policies.Count; $at++) { if ($policies[$at].name -eq $want.name) { $held = $at } }
        if ($make.ContainsKey($want.name)) {
            $Undo.Push(@{ action = 'delete policy'; name = $want.name })
            Invoke-VpnNpsNetsh @('add', 'np') @(Get-VpnNpsGroupPolicySettings $Desired $Observed $want $before $profiles)
            $policies.Insert($before - 1, @{ name = $want.name })
        }
        elseif ($held -ge 0 -and $held + 1 -gt $before -and $move.ContainsKey($want.name)) {
            $Undo.Push(@{ action = 'set policy'; settings = @(@('name', $want.name), @('processingorder', ($held + 1))) })
            Invoke-VpnNpsNetsh @('set', 'np') @(@('name', $want.name), @('processingorder', $before))
            $moved = $policies[$held]
            $policies.RemoveAt($held)
            $policies.Insert($before - 1, $moved)
        }
        elseif ($held -ge 0 -and $held + 1 -lt $before) { $before = $held + 1 }
    }
}

# Everything that had to be done is done, and nothing else is different.
function Assert-VpnNpsGroupPolicies {
    param([hashtable]$Desired, [hashtable]$Observed, [object[]]$Differences, [System.Xml.XmlDocument]$Before, [System.Xml.XmlDocument]$After)
    $ours = @(foreach ($difference in $Differences) { foreach ($group in $difference.data.groups) { "/$($group.name)/" } })
    $other = @(foreach ($path in @(Compare-VpnNpsConfiguration $Before $After)) {
            if ($path.EndsWith('/msNPSequence', [System.StringComparison]::Ordinal)) { continue }
            $mine = $false
            foreach ($part in $ours) { if ($path.Contains($part)) { $mine = $true } }
            if (-not $mine) { $path }
        })
    if ($other.Count) { throw "netsh nps changed other settings as well: $(@($other | Select-Object -First 5) -join ', ')" }
    $check = @{} + $Observed
    $check.policies = @(Read-VpnNpsNetworkPolicies $After)
    $wanted = @(foreach ($difference in $Differences) { foreach ($change in $difference.changes) { $change.id } })
    $left = @(foreach ($difference in @(Get-VpnNpsGroupPolicyDifference $Desired $check)) { foreach ($change in $difference.changes) { if ($wanted -contains $change.id) { $change.what } } })
    if ($left.Count) { throw "netsh nps reported success, but the network policies are not as wanted: $($left -join '; ')" }
}
