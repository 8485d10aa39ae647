# The firewall of the server: whether it lets in RADIUS from the gateways. When it does not, it gets a rule only for them. 1645
# and 1646 are never opened, because a gateway does not use them.

function Test-VpnNpsPort {
    param([object[]]$Ports, [int]$Wanted)
    foreach ($port in $Ports) {
        if ("$port" -eq 'Any' -or "$port" -eq "$Wanted") { return $true }
        if ("$port" -match '^(\d+)-(\d+)$' -and [int]$Matches[1] -le $Wanted -and [int]$Matches[2] -ge $Wanted) { return $true }
    }
    $false
}

# Whether a rule's remote address holds the whole prefix. Windows shows 10.0.0.0/255.0.0.0, 10.0.0.0/8, ranges or words.
function Test-VpnNpsRemoteAddress {
    param([string]$Remote, [string]$Prefix)
    if ($Remote -eq 'Any') { return $true }
    $range = ConvertTo-VpnNpsPrefix $Prefix
    if ($Remote -match '^([0-9.]+)-([0-9.]+)$') {
        $from = ConvertTo-VpnNpsPrefix $Matches[1]
        $to = ConvertTo-VpnNpsPrefix $Matches[2]
        return $null -ne $from -and $null -ne $to -and $from.first -le $range.first -and $to.last -ge $range.last
    }
    $text = $Remote
    if ($Remote -match '^([0-9.]+)/(\d+\.\d+\.\d+\.\d+)$') {
        $mask = ConvertTo-VpnNpsAddressNumber $Matches[2]
        $length = 0
        while ($length -lt 32 -and ($mask -band ([uint32]1 -shl (31 - $length)))) { $length++ }
        $text = "$($Matches[1])/$length"
    }
    $its = ConvertTo-VpnNpsPrefix $text
    $null -ne $its -and $its.first -le $range.first -and $its.last -ge $range.last
}

# The enabled inbound rules about UDP 1812: @{ name; allow; remote }, and the names of our own rules, also of disabled
# ones.
function Read-VpnNpsFirewall {
    $rules = @()
    $names = @{}
    foreach ($filter in @(Get-NetFirewallPortFilter -Protocol UDP)) {
        if (-not (Test-VpnNpsPort @($filter.LocalPort) 1812)) { continue }
        foreach ($rule in @(Get-NetFirewallRule -Name $filter.InstanceID -ErrorAction SilentlyContinue)) {
            $names["$($rule.Name)"] = $true
            if ("$($rule.Direction)" -ne 'Inbound' -or "$($rule.Enabled)" -ne 'True') { continue }
            $remote = @('Any')
            foreach ($address in @(Get-NetFirewallAddressFilter -AssociatedNetFirewallRule $rule -ErrorAction SilentlyContinue)) { $remote = @($address.RemoteAddress) }
            $rules += @{ name = "$($rule.Name)"; allow = "$($rule.Action)" -eq 'Allow'; remote = $remote }
        }
    }
    @{ rules = $rules; names = $names }
}

# The prefixes that no enabled rule lets in, or that an enabled rule blocks.
function Get-VpnNpsClosedPrefix {
    param([hashtable]$Firewall, [string[]]$Prefixes)
    foreach ($prefix in $Prefixes) {
        $allowed = $false
        $blocked = $false
        foreach ($rule in $Firewall.rules) {
            foreach ($remote in $rule.remote) {
                if (-not (Test-VpnNpsRemoteAddress "$remote" $prefix)) { continue }
                if ($rule.allow) { $allowed = $true } else { $blocked = $true }
            }
        }
        if ($blocked -or -not $allowed) { $prefix }
    }
}

function Get-VpnNpsFirewallDifference {
    param([hashtable]$Desired, [hashtable]$Observed)
    foreach ($want in $Desired.radiusClients) {
        if (-not @(Get-VpnNpsClosedPrefix $Observed.firewall @($want.address)).Count) { continue }
        $finding = New-VpnNpsFinding 'nps-firewall' "No enabled firewall rule lets RADIUS in on UDP 1812 from $($want.address), or a rule blocks it."
        $rule = "VpnNps-RADIUS-$($want.name)"
        # A blocking rule, or a rule of ours that somebody disabled, is somebody's decision.
        $blocked = @(foreach ($one in $Observed.firewall.rules) { if (-not $one.allow) { $one } }).Count -gt 0
        if ($blocked -or $Observed.firewall.names.ContainsKey($rule)) { New-VpnNpsDifference 'firewall' @() $finding; continue }
        # A gateway that was set up before had a rule. When the rule lets nothing in any more, this may be a decision
        # too.
        $change = New-VpnNpsChange "firewall-opened:$($want.name)" "firewall: UDP 1812 and 1813 opened for $($want.address)" 'own' -Asks:(Test-VpnNpsRadiusClientStands $Desired $Observed $want)
        New-VpnNpsDifference 'firewall' @($change) $finding @{ rule = $rule; address = $want.address }
    }
}

function Open-VpnNpsFirewall {
    param([hashtable]$Data, [System.Collections.Generic.Stack[hashtable]]$Undo)
    $Undo.Push(@{ action = 'remove rule'; name = $Data.rule })
    $null = New-NetFirewallRule -Name $Data.rule -DisplayName "RADIUS of $($Data.address)" -Direction Inbound -Action Allow -Protocol UDP -LocalPort @('1812', '1813') -RemoteAddress $Data.address -Enabled True -ErrorAction Stop
}
