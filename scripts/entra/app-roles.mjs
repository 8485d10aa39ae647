/**
 * The app roles of functions/http/roles.ts, as Entra defines them. Their ids never change, because assignments refer to
 * them. Entra refuses to give `TicketSystem` to people: with it they could say who asked and who approved.
 */
const role = (id, value, displayName, description, members = ['User', 'Application']) => ({
  id,
  value,
  displayName,
  description,
  allowedMemberTypes: members,
  isEnabled: true,
});

export const appRoles = [
  role(
    '5d3b1d0e-7c1c-4a53-9a3b-0e8f6a1b2c01',
    'Reader',
    'Reader',
    'Reads deployments and compliance reports.',
  ),
  role(
    '5d3b1d0e-7c1c-4a53-9a3b-0e8f6a1b2c02',
    'Requester',
    'Requester',
    'Asks for a deployment and sees its plan.',
  ),
  role('5d3b1d0e-7c1c-4a53-9a3b-0e8f6a1b2c03', 'Approver', 'Approver', "Decides on others' requests."),
  role(
    '5d3b1d0e-7c1c-4a53-9a3b-0e8f6a1b2c04',
    'Operator',
    'Operator',
    'Asks, cancels, rotates secrets and starts compliance checks.',
  ),
  role(
    '5d3b1d0e-7c1c-4a53-9a3b-0e8f6a1b2c05',
    'TicketSystem',
    'Ticket system',
    'Sends tickets, and says who asked and who approved.',
    ['Application'],
  ),
];
