# The provider commands for HKLM: and Cert:. Only the paths there are imitated. And New-Object for sockets.

function Get-StandInCmdlet {
    param([string]$Name)
    $ExecutionContext.InvokeCommand.GetCommand($Name, [System.Management.Automation.CommandTypes]::Cmdlet)
}

function Test-Path {
    param([Parameter(Position = 0)][string]$Path, [string]$LiteralPath)
    $target = "$Path$LiteralPath"
    if ($target -notlike 'HKLM:*') { return & (Get-StandInCmdlet 'Test-Path') -LiteralPath $target }
    $state = Get-StandInState
    @($state.registry.PSObject.Properties | Where-Object { $_.Name -eq $target -or $_.Name -like "$target\*" }).Count -gt 0
}

function Get-ItemProperty {
    [CmdletBinding()]
    param([string]$Path, [string]$LiteralPath)
    $target = "$Path$LiteralPath"
    $state = Get-StandInState
    foreach ($key in @($state.registry.PSObject.Properties)) {
        if ($key.Name -eq $target -or ($Path -and $key.Name -like $Path)) { $key.Value }
    }
}

function New-ItemProperty {
    [CmdletBinding()]
    param([string]$LiteralPath, [string]$Name, $Value, [string]$PropertyType, [switch]$Force)
    $state = Enter-StandIn 'New-ItemProperty' "$LiteralPath $Name=$Value ($PropertyType)"
    $key = Get-StandInValue $state.registry $LiteralPath
    if ($null -eq $key) { throw "Cannot find path '$LiteralPath' because it does not exist." }
    Set-StandInValue $key $Name $Value
    Save-StandInState $state
}

function New-Item {
    [CmdletBinding()]
    param([Parameter(Position = 0)][string]$Path, [string]$ItemType, [switch]$Force)
    if ($Path -notlike 'HKLM:*') { return & (Get-StandInCmdlet 'New-Item') -Path $Path -ItemType $ItemType -Force:$Force }
    $state = Enter-StandIn 'New-Item' $Path
    Set-StandInValue $state.registry $Path ([pscustomobject]@{})
    Save-StandInState $state
}

function Get-ChildItem {
    [CmdletBinding()]
    param([Parameter(Position = 0)][string]$Path, [string]$LiteralPath, [string]$Filter)
    if ("$Path$LiteralPath" -notlike 'Cert:*') { return & (Get-StandInCmdlet 'Get-ChildItem') -LiteralPath "$Path$LiteralPath" -Filter $Filter }
    $state = Enter-StandIn 'Get-ChildItem' $Path
    foreach ($certificate in $state.certificates) { [pscustomobject]@{ Subject = $certificate.Subject; Thumbprint = $certificate.Thumbprint; NotAfter = ([datetime]$certificate.NotAfter).ToUniversalTime() } }
}

function Get-StandInFile {
    param($State, [string]$Source)
    $file = Get-StandInValue $State.files $Source
    if ($null -eq $file) { throw "Cannot find '$Source'." }
    $file
}

function Copy-Item {
    [CmdletBinding()]
    param([string]$LiteralPath, [string]$Destination)
    $state = Enter-StandIn 'Copy-Item' $LiteralPath
    [System.IO.File]::WriteAllText($Destination, (Get-StandInFile $state $LiteralPath).content)
}

function Invoke-WebRequest {
    [CmdletBinding()]
    param([string]$Uri, [string]$OutFile, [switch]$UseBasicParsing, [int]$TimeoutSec)
    $state = Enter-StandIn 'Invoke-WebRequest' $Uri
    [System.IO.File]::WriteAllText($OutFile, (Get-StandInFile $state $Uri).content)
}

# Here the signature of a file follows from its content: files.<source> = { content, signature, subject }.
function Get-AuthenticodeSignature {
    [CmdletBinding()]
    param([string]$LiteralPath)
    $state = Enter-StandIn 'Get-AuthenticodeSignature'
    $content = [System.IO.File]::ReadAllText($LiteralPath)
    $file = $state.files.PSObject.Properties | Where-Object { $_.Value.content -eq $content } | Select-Object -First 1
    $certificate = $null
    if ($file -and (Get-StandInValue $file.Value 'subject')) { $certificate = [pscustomobject]@{ Subject = $file.Value.subject } }
    [pscustomobject]@{ Status = $(if ($file) { Get-StandInValue $file.Value 'signature' 'NotSigned' } else { 'NotSigned' }); SignerCertificate = $certificate }
}

# Running the installer: it installs the extension and lets NPS load it. A person registers it. faults.installer:
# 'fails' (exit code 1603), 'wants-restart' (3010), 'does-nothing', 'not-loaded'.
function Start-Process {
    [CmdletBinding()]
    param([string]$FilePath, [string[]]$ArgumentList, [switch]$Wait, [switch]$PassThru)
    $state = Enter-StandIn 'Start-Process' ($ArgumentList -join ' ')
    $fault = Get-StandInValue $state.faults 'installer' ''
    if ($fault -eq 'fails') { return [pscustomobject]@{ ExitCode = 1603 } }
    if ($fault -ne 'does-nothing') {
        Set-StandInValue $state.registry 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\{7A3F6B10-0000-4000-8000-000000000001}' ([pscustomobject]@{ DisplayName = 'NPS Extension For Azure MFA'; DisplayVersion = '1.2.2893.1' })
        Set-StandInValue $state.registry 'HKLM:\SOFTWARE\Microsoft\AzureMfa' ([pscustomobject]@{ CLIENT_ID = '981f26a1-7f43-403b-a875-f8b09b8cd720' })
        if ($fault -ne 'not-loaded') {
            Set-StandInValue $state.registry 'HKLM:\SYSTEM\CurrentControlSet\Services\AuthSrv\Parameters' ([pscustomobject]@{
                    AuthorizationDLLs = 'C:\Program Files\Microsoft\AzureMfa\Extensions\MfaNpsAuthzExt.dll'; ExtensionDLLs = 'C:\Program Files\Microsoft\AzureMfa\Extensions\MfaNpsAuthnExt.dll' })
        }
        Save-StandInState $state
    }
    [pscustomobject]@{ ExitCode = $(if ($fault -eq 'wants-restart') { 3010 } else { 0 }) }
}

# Sockets reach every host except those in "unreachable". The machine's key store is the field rsaKey. The directory
# answers "registered", and knows the SIDs of "groups".
function New-Object {
    [CmdletBinding()]
    param([Parameter(Position = 0)][string]$TypeName, [Parameter(Position = 1)][object[]]$ArgumentList = @())
    if ($TypeName -eq 'System.Security.Cryptography.RSACryptoServiceProvider') {
        $state = Get-StandInState
        $rsa = [System.Security.Cryptography.RSACryptoServiceProvider]::new(2048)
        if (Get-StandInValue $state 'rsaKey' '') { $rsa.FromXmlString($state.rsaKey) } else { Set-StandInValue $state 'rsaKey' $rsa.ToXmlString($true); Save-StandInState $state }
        return $rsa
    }
    if ($TypeName -eq 'System.Security.Principal.NTAccount') {
        $account = [pscustomobject]@{ sid = (Get-StandInValue (Get-StandInValue (Get-StandInState) 'groups' ([pscustomobject]@{})) "$ArgumentList") }
        $account | Add-Member -MemberType ScriptMethod -Name Translate -Value { param($type) if (-not $this.sid) { throw 'Manche oder alle Identitaetsverweise konnten nicht uebersetzt werden.' }; $this.sid }
        return $account
    }
    if ($TypeName -eq 'System.DirectoryServices.DirectorySearcher') {
        $registered = Get-StandInValue (Get-StandInState) 'registered' $null
        if ($null -eq $registered) { return }
        $sid = [byte[]]@(1, 5, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0) + [System.BitConverter]::GetBytes([uint32]$(if ($registered) { 553 } else { 515 }))
        $entry = [pscustomobject]@{ Properties = @{ tokenGroups = @(, [byte[]]$sid) } }
        $entry | Add-Member -MemberType ScriptMethod -Name RefreshCache -Value { param($names) }
        $found = [pscustomobject]@{ entry = $entry }
        $found | Add-Member -MemberType ScriptMethod -Name GetDirectoryEntry -Value { $this.entry }
        $searcher = [pscustomobject]@{ Filter = ''; found = $found }
        $searcher | Add-Member -MemberType ScriptMethod -Name FindOne -Value { $this.found }
        return $searcher
    }
    if ($TypeName -ne 'System.Net.Sockets.TcpClient') { return & (Get-StandInCmdlet 'New-Object') -TypeName $TypeName -ArgumentList $ArgumentList }
    $client = [pscustomobject]@{ closed = @((Get-StandInState).unreachable) }
    $client | Add-Member -MemberType ScriptMethod -Name ConnectAsync -Value {
        param($Name, $Port)
        $task = [pscustomobject]@{ answers = $this.closed -notcontains $Name -and $Port -eq 443 }
        $task | Add-Member -MemberType ScriptMethod -Name Wait -Value { param($Milliseconds) $this.answers }
        $task
    }
    $client | Add-Member -MemberType ScriptMethod -Name Dispose -Value { }
    $client
}
