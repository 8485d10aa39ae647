export const stops = (text, command) => ({ level: 'stops', text, command });
export const warning = (text, command) => ({ level: 'warning', text, command });
export const well = (text) => ({ level: 'well', text });
