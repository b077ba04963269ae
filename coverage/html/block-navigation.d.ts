export {};
//# sourceMappingURL=block-navigation.d.ts.map