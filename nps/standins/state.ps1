# The imagined server.

function New-StandInState {
    $tenant = '8f0b3e6a-2a3f-4a6c-9a55-6f2d1c0e7b11'
    $thumbprint = '5B1A7D0C6E2F4938A1B2C3D4E5F60718293A4B5C'
    $uninstall = 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall'
    $names = @{ rras = 'Connections to Microsoft Routing and Remote Access server'; other = 'Connections to other access servers' }
    $always = 'TIMEOFDAY("0 00:00-24:00; 1 00:00-24:00; 2 00:00-24:00; 3 00:00-24:00; 4 00:00-24:00; 5 00:00-24:00; 6 00:00-24:00")'
    # The two policies that every NPS has from the beginning, as exports show them.
    $rras = @(
        @('msNPAllowDialin', 'boolean', '0'),
        @('msNPAllowedEapType', 'bin.hex', '1a000000000000000000000000000000'), @('msNPAllowedEapType', 'bin.hex', '0d000000000000000000000000000000'),
        @('msNPAuthenticationType2', 'int', '5'), @('msNPAuthenticationType2', 'int', '4'), @('msNPAuthenticationType2', 'int', '10'), @('msNPAuthenticationType2', 'int', '3'), @('msNPAuthenticationType2', 'int', '9'),
        @('msRADIUSFramedProtocol', 'int', '1'), @('msRADIUSServiceType', 'int', '2'), @('msRASMPPEEncryptionPolicy', 'int', '2'), @('msRASMPPEEncryptionType', 'int', '14'))
    $other = @(
        @('msNPAllowDialin', 'boolean', '0'),
        @('msNPAuthenticationType2', 'int', '3'), @('msNPAuthenticationType2', 'int', '4'), @('msNPAuthenticationType2', 'int', '9'), @('msNPAuthenticationType2', 'int', '10'),
        @('msRADIUSFramedProtocol', 'int', '1'), @('msRADIUSServiceType', 'int', '2'))
    [ordered]@{
        server          = [ordered]@{ name = 'NPS-01' }
        features        = [ordered]@{ NPAS = $true }
        service         = [ordered]@{ status = 'Running'; restarts = 0 }
        radiusClients   = @()
        # What the running service works with: it uses new clients after a restart.
        running         = [ordered]@{ radiusClients = @() }
        networkPolicies = @(
            [ordered]@{ name = $names.rras; enabled = $true; order = 999998; conditions = @('MATCH("MS-RAS-Vendor=^311$")'); attributes = $rras },
            [ordered]@{ name = $names.other; enabled = $true; order = 999999; conditions = @($always); attributes = $other })
        requestPolicies = @([ordered]@{ name = 'Use Windows authentication for all users'; enabled = $true; order = 999999; conditions = @($always); provider = '1'; group = '' })
        ports           = '1812,1645'
        addresses       = @('10.0.1.4')
        # In the group "RAS and IAS Servers": $true, $false, or $null outside a domain.
        registered      = $true
        # Groups of the domain, by name: their SIDs.
        groups          = [ordered]@{ 'CONTOSO\VPN Finance' = 'S-1-5-21-1004336348-1177238915-682003330-1123'; 'CONTOSO\VPN Operations' = 'S-1-5-21-1004336348-1177238915-682003330-1124' }
        registry        = [ordered]@{
            'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion' = [ordered]@{ CurrentBuildNumber = '20348'; InstallationType = 'Server'; EditionID = 'ServerDatacenter' }
            'HKLM:\SYSTEM\CurrentControlSet\Services\IAS' = [ordered]@{ ServiceSidType = 0 }
            'HKLM:\SYSTEM\CurrentControlSet\Services\AuthSrv\Parameters' = [ordered]@{
                AuthorizationDLLs = 'C:\Program Files\Microsoft\AzureMfa\Extensions\MfaNpsAuthzExt.dll'
                ExtensionDLLs     = 'C:\Program Files\Microsoft\AzureMfa\Extensions\MfaNpsAuthnExt.dll'
            }
            'HKLM:\SOFTWARE\Microsoft\AzureMfa' = [ordered]@{ TENANT_ID = $tenant; CLIENT_ID = '981f26a1-7f43-403b-a875-f8b09b8cd720' }
            "$uninstall\{7A3F6B10-0000-4000-8000-000000000001}" = [ordered]@{ DisplayName = 'NPS Extension For Azure MFA'; DisplayVersion = '1.2.2893.1' }
        }
        certificates    = @([ordered]@{ Subject = "CN=$tenant, OU=Microsoft NPS Extension"; Thumbprint = $thumbprint; NotAfter = [datetime]::UtcNow.AddDays(700).ToString('o') })
        firewall        = @(foreach ($port in '1645', '1646', '1812', '1813') { [ordered]@{ name = "NPS-NPSSvc-In-UDP-$port"; port = $port; enabled = $true; remote = 'Any'; action = 'Allow' } })
        audit           = 0
        blastRadius     = [ordered]@{ limitProxyState = $false; requireMsgAuth = $false }
        unreachable     = @()
        moduleLogging   = $false
        rsaKey          = ''
        # What the installer of the extension is here, by path or address.
        files           = [ordered]@{}
        # See README.md: how this server differs from the documented one, and which commands fail.
        faults          = [ordered]@{}
        acl             = [ordered]@{}
        exportedSecrets = @()
        calls           = @()
    }
}

# While a command runs, its state stays in memory: reading and writing the file around each of some forty calls would
# take most of the time.
$StandInHeld = $null

function Get-StandInState {
    if ($null -ne $script:StandInHeld) { return $script:StandInHeld }
    $path = $env:VPNNPS_STANDIN_STATE
    if (-not [System.IO.File]::Exists($path)) { Save-StandInState (New-StandInState) }
    ConvertFrom-Json -InputObject ([System.IO.File]::ReadAllText($path))
}

function Save-StandInState {
    param($State)
    if ($null -ne $script:StandInHeld) { return }
    [System.IO.File]::WriteAllText($env:VPNNPS_STANDIN_STATE, (ConvertTo-Json -InputObject $State -Depth 12))
}

function Enter-StandInCommand { $script:StandInHeld = Get-StandInState }

function Exit-StandInCommand {
    $state = $script:StandInHeld
    $script:StandInHeld = $null
    Save-StandInState $state
}

function Get-StandInValue {
    param($Object, [string]$Name, $Default = $null)
    $property = $Object.PSObject.Properties[$Name]
    if ($null -eq $property) { return $Default }
    $property.Value
}

function Set-StandInValue {
    param($Object, [string]$Name, $Value)
    $property = $Object.PSObject.Properties[$Name]
    if ($null -ne $property) { $property.Value = $Value } else { $Object.PSObject.Properties.Add([psnoteproperty]::new($Name, $Value)) }
}

# Notes the call (what was given, never a secret) and fails it when the state says so: faults.commands.<name> = {
# "message": "...", "after": <calls that succeed before>, "times": <calls that fail then> }. Returns the state.
function Enter-StandIn {
    param([string]$Command, [string]$Detail = '')
    $state = Get-StandInState
    $state.calls = @($state.calls) + "$Command $Detail".Trim()
    $fault = Get-StandInValue (Get-StandInValue $state.faults 'commands' ([pscustomobject]@{})) $Command
    if ($fault) {
        $after = [int](Get-StandInValue $fault 'after' 0)
        Set-StandInValue $fault 'after' ($after - 1)
        Save-StandInState $state
        if ($after -le 0 -and $after -gt - [int](Get-StandInValue $fault 'times' 999999)) { throw [System.InvalidOperationException]::new($fault.message) }
    }
    Save-StandInState $state
    $state
}

# The text of an error that a cmdlet writes and does not throw: faults.commands.<name> with "written": true.
function Get-StandInRefusal {
    param([string]$Command)
    $fault = Get-StandInValue (Get-StandInValue (Get-StandInState).faults 'commands' ([pscustomobject]@{})) $Command
    if ($fault -and (Get-StandInValue $fault 'written' $false)) { $fault.message }
}
