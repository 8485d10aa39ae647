exports.greeting = process.env.GREETING ?? 'Hello';
