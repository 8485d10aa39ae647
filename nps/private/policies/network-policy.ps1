# The network policy of the gateway: one that exists, or one of its own that no request of another RADIUS client meets.
# It is changed by netsh nps (there is no cmdlet for policies), and verified by another export.

# Microsoft's ids (enumeration ATTRIBUTEID, sdoias.h). They are checked against the list of this server before they are
# used.
$VpnNpsClientNameId = '0x1020'
$VpnNpsProfileIds = @{ dialIn = '0x100f'; authTypes = '0x1009'; eapTypes = '0x100a' }
# Framed protocol PPP, service type framed, encryption as in the policies that NPS comes with.
$VpnNpsOptionalProfile = [ordered]@{ '0x7' = '0x1'; '0x6' = '0x2'; '0xffffffa7' = '0x2'; '0xffffffa6' = '0xe' }

# Matches the RADIUS client of the gateway, and the clients that were made for its single addresses.
function Get-VpnNpsClientNamePattern {
    param([string]$Client)
    $escaped = [regex]::Replace($Client, '[\\^$.|?*+()\[\]{}]', { param($match) '\' + $match.Value })
    "^$escaped(-[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+)?$"
}

# Which kind of policy is meant. "auto" means the gateway's own policy when it has one already, or when others use the
# server. But it means the named policy when that one already lets the gateway in.
function Select-VpnNpsNetworkPolicy {
    param([hashtable]$Desired, [object[]]$Policies, [object[]]$Clients)
    $want = $Desired.networkPolicy
    if ($want.kind -eq 'named') { return @{ kind = 'named'; name = $want.name } }
    $own = @{ kind = 'own'; name = $want.ownName }
    if ($want.kind -eq 'own') { return $own }
    foreach ($policy in $Policies) { if ($policy.name -eq $want.ownName) { return $own } }
    foreach ($policy in $Policies) {
        if ($policy.name -eq $want.name -and $policy.enabled -and $policy.grant -and -not @(Get-VpnNpsMissingMethods $policy $want.authenticationMethods).Count) { return @{ kind = 'named'; name = $want.name } }
    }
    if (@(Get-VpnNpsOtherRadiusClient $Desired $Clients).Count) { return $own }
    @{ kind = 'named'; name = $want.name }
}

# The name by which NPS knows the client: an adopted client keeps its name.
function Get-VpnNpsGatewayClientName {
    param([hashtable]$Desired, [object[]]$Clients)
    $want = $Desired.radiusClients[0]
    $found = Find-VpnNpsRadiusClient $want $Clients $Desired.radiusClients
    if ($found.named.Count) { return $found.named[0].name }
    $want.name
}

function Get-VpnNpsGatewayRequests {
    param([hashtable]$Desired, [object[]]$Clients)
    $name = Get-VpnNpsGatewayClientName $Desired $Clients
    foreach ($method in $Desired.networkPolicy.authenticationMethods) { New-VpnNpsRequest $name $Desired.radiusClients[0].address $method $true }
}

# Whether a policy that denies is somebody's decision. The policies that NPS comes with deny too. But their only
# condition is the vendor 311 or all hours, no policy that grants comes after them, and there is one of each.
function Test-VpnNpsDecision {
    param([hashtable]$Policy, [object[]]$Policies, [string[]]$OurNames)
    if ($Policy.grant) { return $false }
    foreach ($condition in $Policy.conditions) { if ($condition -notmatch $VpnNpsAlways -and $condition -notmatch '^\s*MATCH\("MS-RAS-Vendor=\^311\$"\)\s*$') { return $true } }
    foreach ($other in $Policies) {
        if ($other.order -le $Policy.order -or -not $other.enabled -or $OurNames -contains $other.name) { continue }
        if ($other.grant -or ($other.conditions -join "`n") -eq ($Policy.conditions -join "`n")) { return $true }
    }
    $false
}

# The place for the policy of the gateway: before the first one that would decide about its requests. A deny that is
# somebody's decision stays before it. Such a deny is reported. The policy goes before it only with an approval.
function Get-VpnNpsPosition {
    param([object[]]$Policies, [string[]]$OurNames, [object[]]$Requests)
    $position = @{ order = 0; before = $null; decision = $null; first = 0 }
    foreach ($policy in $Policies) {
        if (-not $policy.enabled -or $OurNames -contains $policy.name) { continue }
        $met = 'no'
        foreach ($request in $Requests) { $one = Test-VpnNpsMatch $policy $request; if ($one -eq 'yes') { $met = 'yes' } elseif ($one -eq 'maybe' -and $met -eq 'no') { $met = 'maybe' } }
        if ($met -eq 'no') { continue }
        if (Test-VpnNpsDecision $policy $Policies $OurNames) {
            if ($met -eq 'yes' -and -not $position.decision) { $position.decision = $policy }
            continue
        }
        $position.order = $policy.order
        $position.before = $policy
        break
    }
    if (-not $position.order) { $position.order = $Policies.Count + 1 }
    $position
}

# A test of several gateways compares the policy of each of them. Otherwise the policy is that of the first RADIUS client.
# The same finding about a policy that several gateways share is reported once.
function Get-VpnNpsNetworkPolicyDifferenceOfEach {
    param([hashtable]$Desired, [hashtable]$Observed)
    $prefix = $Desired.networkPolicy.ownPrefix
    if (-not $prefix) { return Get-VpnNpsNetworkPolicyDifference $Desired $Observed }
    $told = @{}
    foreach ($want in $Desired.radiusClients) {
        if ($want.name -eq $VpnNpsProbeClient) { continue }
        $one = @{} + $Desired
        $one.radiusClients = @($want) + @(foreach ($other in $Desired.radiusClients) { if ($other.name -ne $want.name) { $other } })
        $one.networkPolicy = @{} + $Desired.networkPolicy
        $one.networkPolicy.ownName = "$prefix$($want.name)"
        $its = @{} + $Observed
        $its.networkPolicy = Select-VpnNpsNetworkPolicy $one $Observed.policies $Observed.otherClients
        foreach ($difference in @(Get-VpnNpsNetworkPolicyDifference $one $its)) {
            $key = "$($difference.subject)"
            if ($difference.finding) { $key = "$($difference.finding.id) $($difference.finding.message)" }
            if ($told.ContainsKey($key)) { continue }
            $told[$key] = $true
            $difference
        }
    }
}

function Get-VpnNpsNetworkPolicyDifference {
    param([hashtable]$Desired, [hashtable]$Observed)
    $choice = $Observed.networkPolicy
    $named = @(foreach ($policy in $Observed.policies) { if ($policy.name -eq $choice.name) { $policy } })
    if ($named.Count -gt 1) {
        return New-VpnNpsDifference 'networkPolicy' @() (New-VpnNpsFinding 'policy-twice' "NPS has $($named.Count) network policies named '$($choice.name)'.")
    }
    if ($named.Count) { return Get-VpnNpsHeldPolicyDifference $Desired $Observed $named[0] }
    if ($choice.kind -eq 'own') { return Get-VpnNpsOwnPolicyDifference $Desired $Observed }
    $names = (@(foreach ($policy in $Observed.policies) { "'$($policy.name)'" }) -join ', ')
    New-VpnNpsDifference 'networkPolicy' @() (New-VpnNpsFinding 'policy-missing' "NPS has no network policy named '$($choice.name)'. It has: $names.")
}

function Get-VpnNpsOwnPolicyDifference {
    param([hashtable]$Desired, [hashtable]$Observed)
    $name = $Observed.networkPolicy.name
    $label = "networkPolicy $name"
    $client = Get-VpnNpsGatewayClientName $Desired $Observed.clients
    $ours = @($name) + @(foreach ($policy in @(Get-VpnNpsGroupPolicies $Desired $Observed.policies)) { $policy.name })
    $position = Get-VpnNpsPosition $Observed.policies $ours @(Get-VpnNpsGatewayRequests $Desired $Observed.clients)
    $methods = $Desired.networkPolicy.authenticationMethods -join ' and '
    $change = New-VpnNpsChange "policy-added:$name" "${label}: added at position $($position.order), for RADIUS client $client alone, grants access by $methods" 'own' -Restart
    New-VpnNpsDifference 'networkPolicy' @($change) (New-VpnNpsFinding 'policy-missing' "NPS has no network policy named '$name'; it must be made." $Desired.radiusClients[0].name) @{ add = $position.order; client = $client }
    if ($position.decision) {
        $order = New-VpnNpsChange "policy-order:${name}:before:$($position.decision.name)" "${label}: order $($position.order) -> $($position.decision.order), before '$($position.decision.name)', which denies" 'own' -Restart -Asks
        New-VpnNpsDifference 'networkPolicy' @($order) (New-VpnNpsFinding 'policy-order' "The network policy '$($position.decision.name)' comes first, matches what the gateway sends, and denies.") @{ order = $position.decision.order }
    }
}

function Get-VpnNpsHeldPolicyDifference {
    param([hashtable]$Desired, [hashtable]$Observed, [hashtable]$Policy)
    $want = $Desired.networkPolicy
    $name = $Policy.name
    $label = "networkPolicy $name"
    $own = $Observed.networkPolicy.kind -eq 'own'
    $scope = 'shared'
    if ($own) { $scope = 'own' }
    # The users of every RADIUS client meet a named policy: what it allows, it allows for all of them.
    $asks = -not $own -and $Observed.others -gt 0
    if ($Policy.grant -ne $want.grant) {
        $verb = 'deny'
        if ($want.grant) { $verb = 'grant' }
        $finding = New-VpnNpsFinding 'policy-not-granting' "The network policy '$name' denies access: nobody can connect."
        if (-not $want.grant) { $finding = $null }
        # The policy of the article denies when it is new. One that denies after a gateway was set up may be somebody's
        # decision.
        $denied = $want.grant -and ($own -or $Observed.gateways)
        New-VpnNpsDifference 'networkPolicy' @(New-VpnNpsChange "policy-${verb}:$name" "${label}: access permission set to $verb" $scope -Restart -Asks:($asks -or $denied)) $finding @{ grant = $want.grant }
    }
    if (-not $Policy.enabled) {
        New-VpnNpsDifference 'networkPolicy' @(New-VpnNpsChange "policy-enabled:$name" "${label}: enabled" $scope -Restart -Asks) (New-VpnNpsFinding 'policy-disabled' "The network policy '$name' is disabled.") @{ enable = $true }
    }
    $requests = @(Get-VpnNpsGatewayRequests $Desired $Observed.clients)
    if (-not @(foreach ($request in $requests) { if ((Test-VpnNpsMatch $Policy $request) -ne 'no') { $true } }).Count) {
        New-VpnNpsDifference 'networkPolicy' @() (New-VpnNpsFinding 'policy-conditions' "The network policy '$name' asks for $($Policy.conditions -join ' and '), which a request of the gateway does not contain.")
    }
    if ($want.grant) { Get-VpnNpsOrderDifference $Desired $Observed $Policy $requests $scope }
    $missing = @(Get-VpnNpsMissingMethods $Policy $want.authenticationMethods)
    if ($missing.Count) {
        $changes = @(foreach ($method in $missing) { New-VpnNpsChange "policy-method-${method}:$name" "${label}: authentication method $method allowed" $scope -Restart -Asks:$asks })
        New-VpnNpsDifference 'networkPolicy' $changes (New-VpnNpsFinding 'policy-methods' "The network policy '$name' does not allow $($missing -join ' and '): NPS rejects these connections (reason 66).") @{ methods = $missing }
    }
}

# Another policy decides before ours, and would not let the gateway in. An approval is needed to go before a deny, and also
# to move a policy that is not only ours when others use the server.
function Get-VpnNpsOrderDifference {
    param([hashtable]$Desired, [hashtable]$Observed, [hashtable]$Policy, [object[]]$Requests, [string]$Scope)
    $name = $Policy.name
    foreach ($request in $Requests) {
        $earlier = @(foreach ($one in @(Get-VpnNpsOtherPolicies $Desired $Observed.policies)) { if ($one.enabled -and $one.order -lt $Policy.order) { $one } })
        $first = (Get-VpnNpsDecidingPolicy $earlier $request).policy
        if (-not $first) { continue }
        if ($first.grant -and -not @(Get-VpnNpsMissingMethods $first @($request.method)).Count) { continue }
        $does = 'denies'
        if ($first.grant) { $does = "does not allow $($request.method)" }
        $asks = -not $first.grant -or ($Scope -ne 'own' -and $Observed.others -gt 0)
        $change = New-VpnNpsChange "policy-order:${name}:before:$($first.name)" "networkPolicy ${name}: order $($Policy.order) -> $($first.order), before '$($first.name)'" $Scope -Restart -Asks:$asks
        return New-VpnNpsDifference 'networkPolicy' @($change) (New-VpnNpsFinding 'policy-order' "The network policy '$($first.name)' comes first, matches what the gateway sends, and $does.") @{ order = $first.order }
    }
}

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

function Get-VpnNpsNetworkPolicyState {
    param([hashtable]$Observed)
    $choice = $Observed.networkPolicy
    foreach ($policy in $Observed.policies) {
        if ($policy.name -eq $choice.name) { return [ordered]@{ kind = $choice.kind; name = $policy.name; exists = $true; enabled = $policy.enabled; grant = $policy.grant; order = $policy.order; authenticationMethods = @(Get-VpnNpsAuthenticationMethods $policy) } }
    }
    [ordered]@{ kind = $choice.kind; name = $choice.name; exists = $false; enabled = $false; grant = $false; order = 0; authenticationMethods = @() }
}
