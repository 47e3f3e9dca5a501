/** A verb that names a state. `weak`: it says too little alone, so the state keeps the rest of the step's name. */
export interface Verb {
  readonly participle: string;
  readonly weak: boolean;
}

// verb, present participle, and whether it is weak
const TABLE = `
accept accepting
acknowledge acknowledging
acquire acquiring
activate activating
add adding weak
adjust adjusting
advance advancing
allocate allocating
analyse analysing
analyze analyzing
annotate annotating
announce announcing
anonymize anonymizing
answer answering
append appending
apply applying weak
approve approving
archive archiving
assemble assembling
assign assigning
associate associating
attach attaching
attempt attempting
authenticate authenticating
authorise authorising
authorize authorizing
award awarding
backup backingUp
ban banning
begin beginning
bind binding
block blocking
book booking
broadcast broadcasting
browse browsing
build building
buy buying
bypass bypassing
calculate calculating
call calling weak
cancel cancelling
capture capturing
cast casting
categorize categorizing
change changing weak
charge charging
check checking weak
checkout checkingOut
choose choosing
claim claiming
classify classifying
clean cleaning
cleanup cleaningUp
clear clearing
clone cloning
close closing
collect collecting
combine combining
commit committing
compare comparing
compile compiling
complete completing
compute computing
concatenate concatenating
configure configuring weak
confirm confirming
connect connecting
construct constructing
consume consuming
contest contesting
continue continuing
convert converting
copy copying
create creating weak
deactivate deactivating
decline declining
decode decoding
decrypt decrypting
define defining
delete deleting weak
deploy deploying
deposit depositing
detach detaching
detect detecting
dial dialing
disable disabling
disconnect disconnecting
discover discovering
dispatch dispatching
dissolve dissolving
distribute distributing
download downloading
drop dropping
dub dubbing
duplicate duplicating
edit editing weak
embed embedding
enable enabling
encrypt encrypting
end ending
enroll enrolling
ensure ensuring
escalate escalating
estimate estimating
evaluate evaluating
exchange exchanging
execute executing weak
expire expiring
explore exploring
export exporting
extract extracting
fetch fetching weak
fill filling
filter filtering
finalize finalizing
find finding weak
finish finishing
flag flagging
flush flushing
follow following
fork forking
fulfill fulfilling
generate generating weak
geocode geocoding
get getting weak
grant granting
handle handling weak
hangup hangingUp
harvest harvesting
highlight highlighting
hold holding
host hosting
identify identifying
import importing
inform informing
init initializing
initialise initialising
initialize initializing
initiate initiating
insert inserting
inspect inspecting
install installing
instantiate instantiating
invite inviting
invoke invoking
issue issuing
join joining
kick kicking
label labelling
launch launching
lemmatize lemmatizing
like liking
link linking
list listing weak
load loading weak
locate locating
lock locking
log logging
login loggingIn
logout loggingOut
lookup lookingUp weak
make making weak
manage managing
map mapping
mark marking
match matching
measure measuring
merge merging
migrate migrating
moderate moderating
modify modifying weak
monitor monitoring
move moving
notify notifying
obtain obtaining
open opening weak
optimize optimizing
order ordering
parse parsing
pause pausing
pay paying
perform performing weak
persist persisting
pick picking
pin pinning
ping pinging
place placing weak
plan planning
play playing
poll polling
populate populating
post posting weak
predict predicting
prepare preparing
preview previewing
prioritize prioritizing
process processing weak
promote promoting
propagate propagating
protect protecting
provide providing
provision provisioning
publish publishing
pull pulling
punch punching
purchase purchasing
purge purging
push pushing
put putting weak
query querying weak
react reacting
reactivate reactivating
read reading weak
reassign reassigning
reboot rebooting
receive receiving
reconcile reconciling
record recording
recover recovering
rectify rectifying
redact redacting
redeem redeeming
redirect redirecting
refine refining
refresh refreshing
refund refunding
regenerate regenerating
register registering
reinitialize reinitializing
reissue reissuing
reject rejecting
release releasing
reload reloading
remove removing weak
rename renaming
render rendering
renew renewing
reopen reopening
reorder reordering
repeat repeating
replace replacing
reply replying
report reporting
repost reposting
request requesting
rerequest rerequesting
reschedule rescheduling
resend resending
reserve reserving
reset resetting
resize resizing
resolve resolving
respond responding
restart restarting
restore restoring
restrict restricting
resume resuming
retest retesting
retrieve retrieving weak
retry retrying
return returning
reverse reversing
revert reverting
review reviewing
revoke revoking
rewrite rewriting
roll rolling
rollback rollingBack
rotate rotating
route routing
run running weak
sanitize sanitizing
save saving
scale scaling
scan scanning
schedule scheduling
scrape scraping
search searching weak
seed seeding
select selecting
send sending
set setting weak
settle settling
setup settingUp
share sharing
ship shipping
show showing weak
shuffle shuffling
shutdown shuttingDown
sign signing
signin signingIn
signup signingUp
silence silencing
simulate simulating
snooze snoozing
solve solving
speak speaking
stage staging
start starting weak
stop stopping
store storing
stream streaming
submit submitting weak
subscribe subscribing
suggest suggesting
summarise summarising
summarize summarizing
suspend suspending
swap swapping
sync syncing
synchronize synchronizing
tag tagging
terminate terminating
test testing weak
toggle toggling
tokenize tokenizing
track tracking
train training
transcribe transcribing
transfer transferring
transform transforming
translate translating
trash trashing
triage triaging
trigger triggering
try trying
unassign unassigning
unban unbanning
undelete undeleting
uninstall uninstalling
unlink unlinking
unlock unlocking
unpack unpacking
unpin unpinning
unsubscribe unsubscribing
unsuspend unsuspending
untag untagging
update updating weak
upgrade upgrading
upload uploading
upsert upserting
use using weak
validate validating
verify verifying
view viewing weak
void voiding
wait waiting
watch watching
withdraw withdrawing
write writing
`;

/** The verbs that name states, by their plain form in lower case. A closed list: other words are no verbs. */
export const VERBS: ReadonlyMap<string, Verb> = new Map(
  TABLE.trim()
    .split('\n')
    .map((line) => {
      const [verb = '', participle = '', weak] = line.split(' ');
      return [verb, { participle, weak: weak === 'weak' }];
    }),
);
